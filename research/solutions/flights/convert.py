"""The fitted pipeline as ONNX, refused where the two forms answer differently."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.pipeline import Pipeline

    from contracts.ports import Floats

#: Sums in float32 differ by 3e-7; a row that takes another branch of one tree, by 1e-4 and more.
TOLERANCE = 1e-5


def convert(pipeline: Pipeline, names: Sequence[str], text: Sequence[str]) -> bytes:
    """Return the pipeline as one ONNX file with an input a column, in the order of ``names``.

    The pipeline's own thresholds become float32, in place; what it predicts stays as it was.
    """
    _floor(pipeline)
    types = [
        (name, (StringTensorType if name in text else FloatTensorType)([None, 1])) for name in names
    ]
    with warnings.catch_warnings():
        # skl2onnx hands booleans where protobuf wants integers; the file is the same.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto.ints: Expected an int")
        model = to_onnx(pipeline, initial_types=types, options={"zipmap": False})
    # Their order means nothing and differs by process: equal models shall have equal bytes.
    model.opset_import.sort(key=lambda each: each.domain)
    return bytes(model.SerializeToString())


def _floor(pipeline: Pipeline) -> None:
    """Make each threshold of boosted trees the largest float32 not above it.

    ONNX holds thresholds in float32. Rounded to the nearest, one could pass a float32 value it
    stood below; rounded down here, every float32 value takes the branch it took, in both forms.
    """
    for stage in getattr(pipeline[-1], "_predictors", ()):
        for trees in stage:
            exact = trees.nodes["num_threshold"]
            with np.errstate(over="ignore"):
                near = exact.astype(np.float32)
            below = np.nextafter(near, np.float32(-np.inf))
            trees.nodes["num_threshold"] = np.where(near > exact, below, near)


def agree(expected: Floats, converted: Floats) -> None:
    """Return if two forms of one model answer alike.

    Raises:
        ContractError: Some answer differs by more than `TOLERANCE`.
    """
    apart = np.abs(expected - converted).max(initial=0.0)
    if not apart <= TOLERANCE:
        raise ContractError(
            f"the ONNX form is another model: answers differ by {apart:.1e}, at most "
            f"{TOLERANCE:.0e} may be rounding",
            hint="change what does not convert, such as categorical_features= of the trees",
        )
