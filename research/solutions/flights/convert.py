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
    """Return the pipeline as one ONNX file with an input a column, in the order of ``names``."""
    types = [
        (name, (StringTensorType if name in text else FloatTensorType)([None, 1])) for name in names
    ]
    with warnings.catch_warnings():
        # skl2onnx hands booleans where protobuf wants integers; the file is the same.
        warnings.filterwarnings("ignore", "Field onnx.AttributeProto.ints: Expected an int")
        model = to_onnx(pipeline, initial_types=types, options={"zipmap": False})
    return bytes(model.SerializeToString())


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
