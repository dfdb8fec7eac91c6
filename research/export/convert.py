"""A fitted estimator as an ONNX graph, an input a column."""

from __future__ import annotations

import warnings
from copy import deepcopy
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from contracts.errors import ContractError
from research.export.parts import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 200


def convert(estimator: Any, inputs: Mapping[str, bool]) -> bytes:
    """Return an estimator as one ONNX file.

    Args:
        estimator: Fitted; it stays as it is.
        inputs: Each column it was fitted to, in order, and whether it is text.

    Raises:
        ContractError: ONNX cannot express it.
    """
    try:
        return _graph(_wrapped(deepcopy(estimator), inputs), inputs)
    except Exception as error:
        said = " ".join(str(error).split())[:SHOWN]
        raise ContractError(f"ONNX cannot express it: {type(error).__name__}: {said}") from error


def _graph(estimator: Any, inputs: Mapping[str, bool]) -> bytes:
    _floor(estimator)
    types = [
        (name, (StringTensorType if text else FloatTensorType)([None, 1]))
        for name, text in inputs.items()
    ]
    options = {"zipmap": False} if is_classifier(estimator) else None
    with warnings.catch_warnings():
        # Booleans where protobuf wants integers, say: what comes is judged by its answers.
        warnings.simplefilter("ignore")
        model = to_onnx(estimator, initial_types=types, options=options)
    # Their order means nothing and differs by process: equal models shall have equal bytes.
    model.opset_import.sort(key=lambda each: each.domain)
    return bytes(model.SerializeToString())


def _wrapped(estimator: Any, inputs: Mapping[str, bool]) -> Any:
    """Return an estimator that takes columns; one that takes a matrix gets them put together."""
    first = estimator[0] if isinstance(estimator, Pipeline) else estimator
    if isinstance(first, ColumnTransformer) or any(inputs.values()):
        return estimator
    beside = ColumnTransformer([("all", "passthrough", list(inputs))])
    beside.fit(pd.DataFrame({name: np.zeros(1, np.float32) for name in inputs}))
    return Pipeline([("columns", beside), ("estimator", estimator)])


def _floor(estimator: Any) -> None:
    """Make each threshold of boosted trees the largest float32 not above it.

    ONNX holds thresholds in float32. Rounded to the nearest, one could pass a float32 value it
    stood below; rounded down here, every float32 value takes the branch it took, in both forms.
    """
    for part in parts(estimator):
        for trees in chain.from_iterable(getattr(part, "_predictors", ())):
            exact = trees.nodes["num_threshold"]
            with np.errstate(over="ignore"):
                near = exact.astype(np.float32)
            below = np.nextafter(near, np.float32(-np.inf))
            trees.nodes["num_threshold"] = np.where(near > exact, below, near)
