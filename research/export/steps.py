"""Steps before a predictor, added to a graph exactly: encoders of texts, imputers, scalers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from research.export.arrays import LARGEST_SINGLE, NAN
from research.export.graph import TREES, Graph, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from research.export.arrays import Kind


class InexactError(Exception):
    """An estimator, or one of its parameters or inputs, of which ONNX makes another model."""


def require_texts(estimator: Any, columns: Sequence[Matrix]) -> None:
    """Raise `InexactError` for columns of numbers."""
    if any(each.kind != "str" for each in columns):
        raise InexactError(f"{type(estimator).__name__} encodes numbers, which ONNX casts to int64")


def numbers(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of numbers."""
    if any(each.kind == "str" for each in columns):
        raise InexactError(f"{type(estimator).__name__} takes texts")
    return graph.joined(columns)


def doubles(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of doubles, for what computes in the precision of its input."""
    matrix = numbers(graph, estimator, columns)
    if matrix.kind == "single":
        raise InexactError(f"{type(estimator).__name__} computes in single precision")
    return matrix


def identity(_: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    """Pass the columns on."""
    if estimator.func is not None:
        raise InexactError("FunctionTransformer calls a function")
    return columns


def one_hot(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a column of zeros and ones for each category of each text."""
    require_texts(estimator, columns)
    if estimator.drop is not None or estimator._infrequent_enabled:  # noqa: SLF001
        raise InexactError("OneHotEncoder drops or groups categories")
    given = []
    for column, categories in zip(columns, estimator.categories_, strict=True):
        code = _code(graph, column, categories, unknown=-1.0)
        places = graph.constant(np.arange(len(categories), dtype=np.float32).reshape(1, -1))
        hot = graph.node("Equal", [code, places])
        given.append(graph.cast(Matrix(hot, len(categories), "int"), "float"))
    return given


def ordinal(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the place of each text among its categories."""
    require_texts(estimator, columns)
    if estimator._infrequent_enabled:  # noqa: SLF001
        raise InexactError("OrdinalEncoder groups categories")
    given = estimator.unknown_value
    unknown = NAN if given is None else float(given)
    kind: Kind = "single" if estimator.dtype in (np.float32, "float32") else "float"
    codes = [
        graph.cast(Matrix(_code(graph, column, categories, unknown), 1, "single"), kind)
        for column, categories in zip(columns, estimator.categories_, strict=True)
    ]
    if np.dtype(estimator.dtype).kind != "f":
        raise InexactError("OrdinalEncoder gives whole numbers")
    return codes


def _code(graph: Graph, column: Matrix, categories: Any, unknown: float) -> str:
    """Return each text's place among the categories, or what an unknown one becomes."""
    return graph.node(
        "LabelEncoder",
        [column.name],
        TREES,
        keys_strings=[str(each) for each in categories],
        values_floats=[float(at) for at in range(len(categories))],
        default_float=unknown,
    )


def imputer(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Put what was learned in the place of missing numbers."""
    matrix = doubles(graph, estimator, columns)
    statistics = np.asarray(estimator.statistics_)
    missing = estimator.missing_values
    if not (isinstance(missing, float) and np.isnan(missing)) or estimator.add_indicator:
        raise InexactError("SimpleImputer looks for another value than a missing one")
    if statistics.dtype.kind not in "iuf" or np.isnan(statistics.astype(np.float64)).any():
        raise InexactError("SimpleImputer leaves out a column without values")
    known = graph.node("IsNaN", [matrix.name])
    filling = graph.constant(statistics.astype(np.float64))
    return [Matrix(graph.node("Where", [known, filling, matrix.name]), matrix.width)]


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
    if estimator.clip:
        raise InexactError("MinMaxScaler clips")
    return [matrix]


def single_precision(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the cast of each column by itself, so that who reads the graph can follow it."""
    given = []
    for column in columns:
        matrix = doubles(graph, estimator, [column])
        least, most = (
            graph.constant(np.float64(each)) for each in (-LARGEST_SINGLE, LARGEST_SINGLE)
        )
        clipped = Matrix(graph.node("Clip", [matrix.name, least, most]), matrix.width)
        given.append(graph.cast(clipped, "single"))
    return given
