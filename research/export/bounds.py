"""Trees looked at before they are used: scikit-learn follows their nodes without looking.

A file of allowed types can still hold a node that leads out of its tree, or back: a prediction
would read what memory holds there, or never end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, IsolationForest

from contracts.errors import StateError
from research.export.parts import parts

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[Any]

BAGGING = (BaggingClassifier, BaggingRegressor, IsolationForest)
#: Of 32 bits: a set of 256 categories.
WORDS = 8


def bounded(estimator: Any) -> Any:
    """Return an estimator all of whose trees stay within themselves and their columns.

    Raises:
        StateError: One does not.
    """
    for holder in parts(estimator):
        # Each is asked, for a file says itself what attributes its objects have.
        if not (_stages(holder) and _grown(holder) and _gathered(holder)):
            raise StateError(
                f"nothing is served: a tree of {type(holder).__name__} leads out of its nodes or "
                "of its columns",
                hint="restore the artifact, or export the model anew from research's solution",
            )
    return estimator


def _stages(holder: Any) -> bool:
    if not hasattr(holder, "_predictors"):
        return True
    trees = [tree for stage in holder._predictors for tree in stage]  # noqa: SLF001
    return _fitted(holder) and all(_boosted(tree, holder) for tree in trees)


def _grown(holder: Any) -> bool:
    return not hasattr(holder, "tree_") or _plain(holder.tree_, holder.n_features_in_)


def _gathered(holder: Any) -> bool:
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


def _fitted(holder: Any) -> bool:
    """Return whether boosted trees ask for their rows' width: amid a fit, they take them as is."""
    return not getattr(holder, "_in_fit", False)


def _boosted(tree: Any, holder: Any) -> bool:
    nodes, sets = tree.nodes, tree.raw_left_cat_bitsets
    branches = np.flatnonzero(nodes["is_leaf"] == 0)
    at = nodes[branches]
    # Whatever is not 0 is followed as a category, into its own set and that of its column.
    asked = at[at["is_categorical"] != 0]
    known = np.flatnonzero(holder._bin_mapper.is_categorical_)  # noqa: SLF001
    return bool(
        _descends(branches, at["left"], at["right"], len(nodes))
        and _within(at["feature_idx"], holder.n_features_in_)
        and _within(asked["bitset_idx"], len(sets))
        and np.isin(asked["feature_idx"], known).all()
        and (not len(asked) or sets.shape[1] == WORDS)
        and len(nodes)
    )


def _plain(tree: Any, width: int) -> bool:
    branches = np.flatnonzero(tree.children_left != -1)
    left, right = tree.children_left[branches], tree.children_right[branches]
    return bool(
        _descends(branches, left, right, tree.node_count)
        and _within(tree.feature[branches], min(width, tree.n_features))
        and tree.node_count
    )


def _descends(branches: Whole, left: Whole, right: Whole, count: int) -> bool:
    """Return whether every branch leads on, to nodes that there are: so each walk ends."""
    children = np.stack([left, right]).astype(np.int64)
    return bool((children > branches).all()) and _within(children, count)


def _within(indices: Whole, count: int) -> bool:
    return bool(((indices >= 0) & (indices < count)).all())
