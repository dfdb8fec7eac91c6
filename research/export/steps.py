"""Steps before a predictor, added to a graph exactly: imputers, scalers, casts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from research.export.arrays import LARGEST_SINGLE
from research.export.graph import Graph, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence


class InexactError(Exception):
    """An estimator, or one of its parameters or inputs, of which ONNX makes another model."""


def numbers(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of numbers."""
    if any(each.kind == "str" for each in columns):
        raise InexactError(f"{type(estimator).__name__} takes texts")
    return graph.joined(columns)


def compared(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of numbers whose last bits may decide."""
    matrix = numbers(graph, estimator, columns)
    if not matrix.exact:
        raise InexactError(
            f"{type(estimator).__name__} compares sums, of which the last bit may vary"
        )
    return matrix


def doubles(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of doubles, for what computes in the precision of its input."""
    matrix = numbers(graph, estimator, columns)
    if matrix.kind == "single":
        raise InexactError(f"{type(estimator).__name__} computes in single precision")
    return matrix


def imputer(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Put what was learned in the place of missing numbers."""
    matrix = doubles(graph, estimator, columns)
    statistics = np.asarray(estimator.statistics_)
    missing = estimator.missing_values
    if not (isinstance(missing, float) and np.isnan(missing)):
        raise InexactError("SimpleImputer looks for another value than a missing one")
    if statistics.dtype.kind not in "iuf" or np.isnan(statistics.astype(np.float64)).any():
        raise InexactError("SimpleImputer leaves out a column without values")
    known = graph.node("IsNaN", [matrix.name])
    filling = graph.constant(statistics.astype(np.float64))
    filled = graph.node("Where", [known, filling, matrix.name])
    given = [Matrix(filled, matrix.width, exact=matrix.exact)]
    if estimator.indicator_ is None:
        return given
    flags = graph.cast(Matrix(known, matrix.width, "int"), "float")
    return given + graph.taken([flags], estimator.indicator_.features_)


def scaler(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a scaler that takes something off, then divides."""
    matrix = doubles(graph, estimator, columns)
    shift = getattr(estimator, "mean_", None) if getattr(estimator, "with_mean", False) else None
    if getattr(estimator, "with_centering", False):
        shift = estimator.center_
    if shift is not None:
        matrix = graph.arithmetic("Sub", matrix, shift)
    if estimator.scale_ is not None:
        matrix = graph.arithmetic("Div", matrix, estimator.scale_)
    return [matrix]


def min_max(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a scaler that multiplies, then adds."""
    matrix = doubles(graph, estimator, columns)
    matrix = graph.arithmetic("Mul", matrix, estimator.scale_)
    matrix = graph.arithmetic("Add", matrix, estimator.min_)
    if not estimator.clip:
        return [matrix]
    ends = (graph.constant(np.float64(each)) for each in estimator.feature_range)
    clipped = graph.node("Clip", [matrix.name, *ends])
    return [Matrix(clipped, matrix.width, exact=matrix.exact)]


def single_precision(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the cast of each column by itself, so that who reads the graph can follow it."""
    given = []
    for column in columns:
        matrix = doubles(graph, estimator, [column])
        least, most = (
            graph.constant(np.float64(each)) for each in (-LARGEST_SINGLE, LARGEST_SINGLE)
        )
        clipped = graph.node("Clip", [matrix.name, least, most])
        given.append(graph.cast(Matrix(clipped, matrix.width, exact=matrix.exact), "single"))
    return given
