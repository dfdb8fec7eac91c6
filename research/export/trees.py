"""Trees within themselves and their columns, and none where nobody looks at its input first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, IsolationForest
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree import BaseDecisionTree
from sklearn.tree._tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Whole = npt.NDArray[Any]

BAGGING = (BaggingClassifier, BaggingRegressor, IsolationForest)
#: Of 32 bits: a set of 256 categories.
WORDS = 8


def trees(holder: Any) -> bool:
    """Return whether an estimator's own trees lead on, within their nodes and its columns."""
    if isinstance(holder, BaseHistGradientBoosting):
        return _fitted(holder) and all(_boosted(tree, holder) for tree in _own(holder))
    if isinstance(holder, BaseDecisionTree):
        return all(_plain(tree, holder) for tree in _own(holder))
    return True


def gathered(holder: Any) -> bool:
    """Return whether trees take rows as wide as they get: a forest never asks for it again."""
    if not hasattr(holder, "estimators_"):
        return True
    width = holder.n_features_in_ if hasattr(holder, "n_features_in_") else None
    if isinstance(holder, BAGGING):  # hands each the columns drawn for it
        width = holder._max_features  # noqa: SLF001
        if any(len(each) != width for each in holder.estimators_features_):
            return False
    within = np.ravel(np.asarray(holder.estimators_, dtype=object))
    return all(each.n_features_in_ == width for each in within if hasattr(each, "tree_"))


def stray(found: Sequence[Any]) -> Iterator[Any]:
    """Yield each tree that is none of an estimator's: nobody looks at the rows it is handed."""
    own = {id(tree) for holder in found for tree in _own(holder)}
    yield from (
        part for part in found if isinstance(part, Tree | TreePredictor) and id(part) not in own
    )


def _own(holder: Any) -> Iterator[Any]:
    if isinstance(holder, BaseHistGradientBoosting):
        for stage in getattr(holder, "_predictors", ()):
            yield from stage
    elif isinstance(holder, BaseDecisionTree) and hasattr(holder, "tree_"):
        yield holder.tree_


def _fitted(holder: Any) -> bool:
    """Return whether boosted trees ask for their rows' width: amid a fit, they take them as is."""
    return not getattr(holder, "_in_fit", False)


def _boosted(tree: Any, holder: Any) -> bool:
    if type(tree) is not TreePredictor or not _arrays(tree.nodes, tree.raw_left_cat_bitsets):
        return False
    nodes, sets, mapper = tree.nodes, tree.raw_left_cat_bitsets, holder._bin_mapper  # noqa: SLF001
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or type(mapper) is not _BinMapper:
        return False
    branches = np.flatnonzero(nodes["is_leaf"] == 0)
    at = nodes[branches]
    # Whatever is not 0 is followed as a category, into its own set and that of its column.
    asked = at[at["is_categorical"] != 0]
    known = np.flatnonzero(mapper.is_categorical_)
    return bool(
        _descends(branches, at["left"], at["right"], len(nodes))
        and _within(at["feature_idx"], _width(holder))
        and _within(asked["bitset_idx"], len(sets))
        and np.isin(asked["feature_idx"], known).all()
        and (not len(asked) or sets.shape[1] == WORDS)
        and len(nodes)
    )


def _plain(tree: Any, holder: Any) -> bool:
    # Its count of nodes is a number of the file's as well.
    if type(tree) is not Tree or tree.node_count != tree.capacity or tree.node_count < 1:
        return False
    if min(tree.n_outputs, tree.max_n_classes) < 1:
        return False
    branches = np.flatnonzero(tree.children_left != -1)
    left, right = tree.children_left[branches], tree.children_right[branches]
    within = _within(tree.feature[branches], min(_width(holder), tree.n_features))
    return within and _descends(branches, left, right, tree.node_count)


def _arrays(*values: Any) -> bool:
    """Return whether values are arrays as numpy makes them: another kind may hide its numbers."""
    return all(type(each) is np.ndarray for each in values)


def _width(holder: Any) -> int:
    """Return how many columns an estimator takes; one that names no number takes none."""
    width = holder.n_features_in_
    return int(width) if isinstance(width, int | np.integer) else 0


def _descends(branches: Whole, left: Whole, right: Whole, count: int) -> bool:
    """Return whether every branch leads on, to nodes that there are: so each walk ends."""
    children = np.stack([left, right]).astype(np.int64)
    return bool((children > branches).all()) and _within(children, count)


def _within(indices: Whole, count: int) -> bool:
    return bool(((indices >= 0) & (indices < count)).all())
