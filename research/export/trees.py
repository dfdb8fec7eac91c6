"""Whether trees that were read back stay within their nodes and the columns they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, IsolationForest
from sklearn.ensemble._gb import BaseGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree import BaseDecisionTree
from sklearn.tree._tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[Any]

BAGGING = (BaggingClassifier, BaggingRegressor, IsolationForest)
#: A set of 256 categories takes as many words of 32 bits.
WORDS = 8


def trees_stay_inside(part: Any) -> bool:
    """Return whether an estimator's own trees, if any, stay in their nodes and its columns."""
    if isinstance(part, BaseHistGradientBoosting):
        # Amid a fit, it takes rows of any width.
        fitted = not getattr(part, "_in_fit", False)
        return fitted and all(_boosted_tree_inside(tree, part) for tree in _own_trees(part))
    return all(_plain_tree_inside(tree, part) for tree in _own_trees(part))


def members_take_all_columns(part: Any) -> bool:
    """Return whether an ensemble's trees take as many columns as they get.

    A forest passes its rows on to its trees without another check.
    """
    if not hasattr(part, "estimators_"):
        return True
    width = part.n_features_in_ if hasattr(part, "n_features_in_") else None
    if isinstance(part, BAGGING):  # gives each member the columns drawn for it
        width = part._max_features  # noqa: SLF001
        if any(len(each) != width for each in part.estimators_features_):
            return False
    members = np.ravel(np.asarray(part.estimators_, dtype=object))
    return all(each.n_features_in_ == width for each in members if hasattr(each, "tree_"))


def sums_have_columns(part: Any) -> bool:
    """Return whether the older gradient boosting, if it is one, adds its trees to existing columns.

    It adds the sums of each stage's trees to what its first estimator gives, without a check.
    """
    if not isinstance(part, BaseGradientBoosting) or not hasattr(part, "estimators_"):
        return True
    stages, start = part.estimators_, part.init_
    if type(stages) is not np.ndarray or stages.ndim != 2 or not stages.size:
        return False
    if type(start) not in (DummyClassifier, DummyRegressor) and start != "zero":
        return False  # whatever it gives, it may give another time in another shape
    modules = type(part._loss).__module__, type(part._loss.link).__module__  # noqa: SLF001
    known = modules == ("sklearn._loss.loss", "sklearn._loss.link")
    trees = all(isinstance(each, BaseDecisionTree) for each in stages.flat)
    zeros = np.zeros((2, _width(part)), np.float32)
    return known and trees and part._raw_predict_init(zeros).shape == (2, stages.shape[1])  # noqa: SLF001


def trees_without_estimator(parts: Sequence[Any]) -> Iterator[Any]:
    """Yield each tree that belongs to no estimator: nothing checks the rows it is given."""
    owned = {id(tree) for part in parts for tree in _own_trees(part)}
    yield from (
        part for part in parts if isinstance(part, Tree | TreePredictor) and id(part) not in owned
    )


def _own_trees(part: Any) -> Iterator[Any]:
    if isinstance(part, BaseHistGradientBoosting):
        for stage in getattr(part, "_predictors", ()):
            yield from stage
    elif isinstance(part, BaseDecisionTree) and hasattr(part, "tree_"):
        yield part.tree_


def _boosted_tree_inside(tree: Any, estimator: Any) -> bool:
    if type(tree) is not TreePredictor or not _are_arrays(tree.nodes, tree.raw_left_cat_bitsets):
        return False
    nodes, sets, mapper = tree.nodes, tree.raw_left_cat_bitsets, estimator._bin_mapper  # noqa: SLF001
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or type(mapper) is not _BinMapper:
        return False
    positions = np.flatnonzero(nodes["is_leaf"] == 0)
    branches = nodes[positions]
    # Any number but 0 means a category, looked up in the branch's set and in its column's.
    categorical = branches[branches["is_categorical"] != 0]
    known = np.flatnonzero(mapper.is_categorical_)
    return bool(
        _lead_on(positions, branches["left"], branches["right"], len(nodes))
        and _within(branches["feature_idx"], _width(estimator))
        and _within(categorical["bitset_idx"], len(sets))
        and np.isin(categorical["feature_idx"], known).all()
        and (not len(categorical) or sets.shape[1] == WORDS)
        and len(nodes)
    )


def _plain_tree_inside(tree: Any, estimator: Any) -> bool:
    # The count of nodes is a number in the file as well.
    if type(tree) is not Tree or tree.node_count != tree.capacity or tree.node_count < 1:
        return False
    if min(tree.n_outputs, tree.max_n_classes) < 1:
        return False
    positions = np.flatnonzero(tree.children_left != -1)
    left, right = tree.children_left[positions], tree.children_right[positions]
    within = _within(tree.feature[positions], min(_width(estimator), tree.n_features))
    return within and _lead_on(positions, left, right, tree.node_count)


def _are_arrays(*values: Any) -> bool:
    """Return whether values are plain arrays: a masked one, for example, hides numbers."""
    return all(type(each) is np.ndarray for each in values)


def _width(estimator: Any) -> int:
    """Return how many columns an estimator takes; 0 if that is no whole number."""
    width = estimator.n_features_in_
    return int(width) if isinstance(width, int | np.integer) else 0


def _lead_on(positions: Integers, left: Integers, right: Integers, count: int) -> bool:
    """Return whether all children of branches exist and come after them, so that each walk ends."""
    children = np.stack([left, right]).astype(np.int64)
    return bool((children > positions).all()) and _within(children, count)


def _within(indices: Integers, count: int) -> bool:
    return bool(((indices >= 0) & (indices < count)).all())
