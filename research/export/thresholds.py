"""Where the branches of a pipeline's trees divide, as numbers of its input columns.

A tree compares what the steps before it make of a column. The number of the column at which that
passes a threshold is found by bisection over all doubles, so that the steps may be any that rise or
fall with the column.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from research.export.estimator import nested_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from research.export.arrays import Array

    #: What the steps before the trees make of columns: a matrix.
    Steps = Callable[[Mapping[str, Array]], Array]

#: Thresholds of one column of the trees' matrix that are tried, at most.
MOST = 60
#: Halvings after which two doubles of one sign are next to each other.
HALVINGS = 64


def dividing_numbers(estimator: Any, columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return for each column of numbers those at which a branch of a tree divides.

    Args:
        estimator: Fitted.
        columns: Rows that it predicts; their numbers show which matrix column each makes.
    """
    found: dict[str, list[Array]] = {}
    for steps in _chains(estimator):
        for name, numbers in _divided(steps, columns).items():
            found.setdefault(name, []).append(numbers)
    return {name: np.unique(np.concatenate(numbers)) for name, numbers in found.items()}


def _divided(steps: Sequence[Any], columns: Mapping[str, Array]) -> dict[str, Array]:
    """Return the numbers of each column at which a tree of the last of some steps divides."""
    *before, last = steps
    thresholds = _thresholds(last)
    if not thresholds:
        return {}

    def transformed(rows: Mapping[str, Array]) -> Array:
        matrix: Any = pd.DataFrame(rows)
        for step in before:
            matrix = step.transform(matrix)
        matrix = matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
        return np.asarray(matrix, dtype=np.float64)

    # A member of an estimator not known here may get other columns, not all of them numbers.
    with suppress(ValueError):
        numbers = {
            name: _pulled_back(transformed, columns, name, thresholds)
            for name, column in columns.items()
            if column.dtype != object
        }
        return {name: each for name, each in numbers.items() if len(each)}
    return {}


def _chains(estimator: Any) -> Iterator[list[Any]]:
    """Yield the steps that lead to each predictor in an estimator, itself last.

    Boosted trees with categorical features look at the columns that their own preprocessor gives.
    """
    if isinstance(estimator, Pipeline):
        steps = [step for _, step in estimator.steps if step is not None and step != "passthrough"]
        yield from ([*steps[:-1], *chain] for chain in _chains(steps[-1]))
    elif members := _members(estimator):
        yield from (chain for member in members for chain in _chains(member))
    else:
        preprocessor = getattr(estimator, "_preprocessor", None)
        yield [estimator] if preprocessor is None else [preprocessor, estimator]


def _members(estimator: Any) -> list[Any]:
    """Return what an estimator gives the columns to that it gets itself; none if it predicts."""
    if hasattr(estimator, "named_estimators_"):  # of votes and stacks
        return list(estimator.estimators_)
    if hasattr(estimator, "calibrated_classifiers_"):
        return [each.estimator for each in estimator.calibrated_classifiers_]
    names = ("best_estimator_", "regressor_")  # of searches, and where the target is transformed
    return [getattr(estimator, name) for name in names if hasattr(estimator, name)]


def _thresholds(estimator: Any) -> dict[int, Array]:
    """Return the thresholds of all trees in an estimator, by the column of its matrix."""
    pairs: list[tuple[Array, Array]] = []
    for each in nested_objects(estimator):
        nodes = getattr(each, "nodes", None)
        if (
            isinstance(nodes, np.ndarray)
            and nodes.dtype.names
            and "num_threshold" in nodes.dtype.names
        ):
            inner = nodes[(nodes["is_leaf"] == 0) & (nodes["is_categorical"] == 0)]
            pairs.append((inner["feature_idx"], inner["num_threshold"]))
        elif hasattr(each, "children_left") and hasattr(each, "threshold"):
            branch = each.children_left != -1
            pairs.append((each.feature[branch], each.threshold[branch]))
    if not pairs:
        return {}
    features, values = (np.concatenate(each) for each in zip(*pairs, strict=True))
    finite = np.isfinite(values)
    return {
        int(feature): _spread(np.unique(values[finite & (features == feature)]))
        for feature in np.unique(features[finite])
    }


def _pulled_back(
    matrix: Steps, columns: Mapping[str, Array], name: str, thresholds: Mapping[int, Array]
) -> Array:
    """Return the numbers of one column at which what is made of it passes a threshold."""
    seen = columns[name].astype(np.float64)
    seen = seen[~np.isnan(seen)]
    if not len(seen):
        return np.empty(0)
    low, high = seen.min(), seen.max()
    low, high = low - (high - low), high + (high - low)

    def along(numbers: Array) -> Array:
        """Return the matrix of the first row, with these numbers in the column."""
        rows = {key: np.repeat(column[:1], len(numbers)) for key, column in columns.items()}
        return matrix(rows | {name: numbers})

    ends = along(np.array([low, high]))
    moved = [at for at in thresholds if at < ends.shape[1] and ends[0, at] != ends[1, at]]
    numbers = [_bisected(along, at, thresholds[at], low, high) for at in moved]
    return np.concatenate(numbers) if numbers else np.empty(0)


def _bisected(
    along: Callable[[Array], Array], at: int, thresholds: Array, low: float, high: float
) -> Array:
    values = along(thresholds)[:, at]
    if np.array_equal(values, thresholds) or np.array_equal(values, thresholds.astype(np.float32)):
        return thresholds  # the column itself, or its float32
    ends = along(np.array([low, high]))[:, at]
    falls = ends[0] > ends[1]
    inside = thresholds[(thresholds > ends.min()) & (thresholds < ends.max())]
    below, above = np.full(len(inside), _order(low)), np.full(len(inside), _order(high))
    for _ in range(HALVINGS if len(inside) else 0):
        middle = below // 2 + above // 2 + (below % 2 + above % 2) // 2
        under = (along(_number(middle))[:, at] <= inside) != falls
        below, above = np.where(under, middle, below), np.where(under, above, middle)
    return _number(np.concatenate([below, above]))


def _order(number: float) -> Any:
    """Return the place of a double among all doubles, so that neighbours are one apart."""
    bits = np.float64(number).view(np.int64)
    return bits if bits >= 0 else np.int64(-(2**63)) - bits


def _number(orders: Array) -> Array:
    return np.where(orders >= 0, orders, np.int64(-(2**63)) - orders).view(np.float64)


def _spread(values: Array) -> Array:
    places = np.linspace(0, len(values) - 1, min(len(values), MOST)).astype(int)
    some: Array = values[np.unique(places)]
    return some
