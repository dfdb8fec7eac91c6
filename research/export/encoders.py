"""Encoders of categories, texts or numbers, added to a graph exactly.

A number is looked up as a double, so 2.5 is not 2; a missing one is a category like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import numpy_helper

from contracts.data.exact import EXACT
from research.export.arrays import NAN
from research.export.graph import TREES, Graph, Matrix
from research.export.steps import InexactError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from research.export.arrays import Array, Kind

#: Under which an unknown category is one of the infrequent ones.
INFREQUENT = ("infrequent_if_exist", "warn")


def one_hot(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a column of zeros and ones for each category, or group of them, that is not dropped."""
    dropped = estimator._drop_idx_after_grouping  # noqa: SLF001
    given = []
    for at, column in enumerate(graph.split(columns)):
        codes, unknown = _groups(estimator, at)
        places = np.arange(codes.max() + 1)
        if dropped is not None and dropped[at] is not None:
            places = np.delete(places, dropped[at])
        _require_exact(estimator, column, estimator.categories_[at])
        code = _coded(graph, column, estimator.categories_[at], codes, unknown)
        hot = graph.node("Equal", [code.name, graph.constant(places.reshape(1, -1).astype(float))])
        given.append(graph.cast(Matrix(hot, len(places), "int"), "float"))
    return given


def ordinal(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the place of each value among its categories."""
    if estimator._infrequent_enabled:  # noqa: SLF001
        raise InexactError("OrdinalEncoder groups categories")
    if np.dtype(estimator.dtype).kind != "f":
        raise InexactError("OrdinalEncoder gives whole numbers")
    unknown = NAN if estimator.unknown_value is None else float(estimator.unknown_value)
    kind: Kind = "single" if np.dtype(estimator.dtype) == np.float32 else "float"
    given = []
    for at, column in enumerate(graph.split(columns)):
        codes = np.arange(len(estimator.categories_[at]), dtype=np.float64)
        if at in estimator._missing_indices:  # noqa: SLF001
            codes[estimator._missing_indices[at]] = estimator.encoded_missing_value  # noqa: SLF001
        _require_exact(estimator, column, estimator.categories_[at])
        code = _coded(graph, column, estimator.categories_[at], codes, unknown)
        given.append(graph.cast(code, kind))
    return given


def _groups(estimator: Any, at: int) -> tuple[Array, float]:
    """Return the group of each category of a column, and that of an unknown one, -1 for none."""
    every = np.arange(len(estimator.categories_[at]))
    if not estimator._infrequent_enabled:  # noqa: SLF001
        return every, -1.0
    groups = estimator._default_to_infrequent_mappings[at]  # noqa: SLF001
    if groups is None:
        return every, -1.0
    infrequent = groups[estimator._infrequent_indices[at][0]]  # noqa: SLF001
    return groups, float(infrequent) if estimator.handle_unknown in INFREQUENT else -1.0


def _require_exact(estimator: Any, column: Matrix, categories: Array) -> None:
    """Raise `InexactError` where a lookup in a graph finds other categories."""
    name, kind = type(estimator).__name__, categories.dtype.kind
    texts = kind not in "biuf" and all(isinstance(each, str) for each in categories)
    if texts != (column.kind == "str") or not (texts or kind in "biuf"):
        raise InexactError(f"{name} encodes values of several types")
    if not column.exact:
        raise InexactError(f"{name} looks up sums, whose last bit may vary")
    if kind in "iu" and (np.abs(categories.astype(np.float64)) >= EXACT).any():
        raise InexactError(f"{name} encodes whole numbers of 2**53 or more")


def _coded(graph: Graph, column: Matrix, categories: Array, codes: Array, unknown: float) -> Matrix:
    """Return the code of each value of a column, in double precision."""
    codes = codes.astype(np.float64)
    if column.kind == "str":
        given = np.append(codes, unknown)
        if not np.array_equal(given.astype(np.float32), given, equal_nan=True):
            raise InexactError("a text is encoded as a number that is no float32")
        name = graph.node(
            "LabelEncoder",
            [column.name],
            TREES,
            keys_strings=categories.tolist(),
            values_floats=codes.tolist(),
            default_float=unknown,
        )
        return graph.cast(Matrix(name, 1, "single"), "float")
    name = graph.node(
        "LabelEncoder",
        [graph.cast(column, "float").name],
        TREES,
        keys_tensor=numpy_helper.from_array(categories.astype(np.float64), "keys"),
        values_tensor=numpy_helper.from_array(codes, "values"),
        default_tensor=numpy_helper.from_array(np.array([unknown]), "default"),
    )
    return Matrix(name, 1)
