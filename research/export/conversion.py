"""Converts a fitted estimator to ONNX, and compares the graph with the estimator.

A conversion can succeed and give another model without a warning, so no graph is trusted before
its outputs were compared.
"""

from __future__ import annotations

import warnings
from copy import deepcopy
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from contracts.graph import check_graph
from contracts.score.tolerance import Tolerance
from research.export.estimator import nested_objects
from research.export.forms import OnnxGraph
from research.export.sample import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats
    from research.export.arrays import Array

#: Allowed difference of a probability, or of any other value in units of the values' standard
#: deviation. Sums in float32 differ by 3e-7; a row that takes another branch of one tree, by 1e-4.
ROUNDING = 1e-5
#: Characters of an error message of ONNX that are passed on.
MESSAGE = 200


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """What converting an estimator gave.

    Attributes:
        state: The graph, serialized; None if there is none or it is another model.
        why: Why the graph may be served, or why not, in a sentence.
        difference: The largest difference between the outputs of the two, None if not finite.
    """

    state: bytes | None = None
    why: str
    difference: float | None = None


def convert(estimator: Any, inputs: Mapping[str, bool], sample: Mapping[str, Array]) -> Conversion:
    """Return an estimator as an ONNX graph, if the graph gives the estimator's outputs.

    Args:
        estimator: Fitted; it is not changed.
        inputs: Each column it was fitted to, in order, and whether it is text.
        sample: Columns of rows to compare on, as they are and in the harder cases of `sample`.
    """
    try:
        state = _onnx(estimator, inputs)
    except Exception as error:  # noqa: BLE001 - whatever a converter raises
        return Conversion(why=f"ONNX cannot express it: {_brief(error)}")
    graph = OnnxGraph(state)
    columns, expected = zip(*cases(estimator, sample), strict=True)
    try:
        actual = [
            graph.outputs({name: column.reshape(-1, 1) for name, column in case.items()})
            for case in columns
        ]
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises
        return Conversion(why=f"its graph fails: {_brief(error)}")
    return _compared(estimator, state, np.concatenate(expected), np.concatenate(actual))


def _compared(estimator: Any, state: bytes, expected: Floats, actual: Floats) -> Conversion:
    """Return a graph, if its outputs differ from the estimator's by no more than rounding."""
    if expected.shape != actual.shape:
        shapes = f"{actual.shape[1]} outputs a row where the estimator has {expected.shape[1]}"
        return Conversion(why=f"its ONNX form is another model: {shapes}")
    unit = 1.0 if hasattr(estimator, "predict_proba") else float(expected.std()) or 1.0
    allowed = ROUNDING * unit
    largest = np.abs(expected - actual).max(initial=0.0)
    wrong = int((~Tolerance(absolute=allowed).mask(expected, actual)).sum())
    why = f"on {len(actual):,} rows its graph's outputs differ by {largest:.1e} at most"
    if wrong:
        why = (
            f"its ONNX form is another model: of {len(actual):,} rows {wrong:,} get another "
            f"output, by up to {largest:.1e}; at most {allowed:.0e} may be rounding"
        )
    return Conversion(
        state=None if wrong else state,
        why=why,
        difference=float(f"{largest:.1e}") if np.isfinite(largest) else None,
    )


def _onnx(estimator: Any, inputs: Mapping[str, bool]) -> bytes:
    """Return an estimator as a serialized ONNX graph that production may serve.

    Raises:
        DataError: It has an operator that is not served.
    """
    estimator = _taking_columns(deepcopy(estimator), inputs)
    _floor_thresholds(estimator)
    types = [
        (name, (StringTensorType if text else FloatTensorType)([None, 1]))
        for name, text in inputs.items()
    ]
    options = {"zipmap": False} if is_classifier(estimator) else None
    with warnings.catch_warnings():
        # Booleans where protobuf expects integers, for example: the outputs are compared instead.
        warnings.simplefilter("ignore")
        model = to_onnx(estimator, initial_types=types, options=options)
    # Their order means nothing and differs by process: equal models should have equal bytes.
    model.opset_import.sort(key=lambda each: each.domain)
    state = bytes(model.SerializeToString())
    check_graph(state, name="its graph")
    return state


def _taking_columns(estimator: Any, inputs: Mapping[str, bool]) -> Any:
    """Return an estimator that takes named columns, wrapping one that takes a matrix."""
    first = estimator[0] if isinstance(estimator, Pipeline) else estimator
    if isinstance(first, ColumnTransformer) or any(inputs.values()):
        return estimator
    join = ColumnTransformer([("all", "passthrough", list(inputs))])
    join.fit(pd.DataFrame({name: np.zeros(1, np.float32) for name in inputs}))
    return Pipeline([("columns", join), ("estimator", estimator)])


def _floor_thresholds(estimator: Any) -> None:
    """Make each threshold of boosted trees the largest float32 not above it.

    ONNX holds thresholds in float32. Rounded to the nearest, a threshold could pass a float32 value
    that was above it; rounded down here, every float32 value takes the same branch in both forms.
    """
    for each in nested_objects(estimator):
        for tree in chain.from_iterable(getattr(each, "_predictors", ())):
            exact = tree.nodes["num_threshold"]
            with np.errstate(over="ignore"):
                near = exact.astype(np.float32)
            below = np.nextafter(near, np.float32(-np.inf))
            tree.nodes["num_threshold"] = np.where(near > exact, below, near)


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:MESSAGE]}"
