from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tritonclient.utils import serialize_byte_tensor

from contracts.errors import DataError
from production.service.inference.tensors import TYPES, Tensor, read_tensor, write_tensor


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(
    ("datatype", "values"),
    [
        ("BYTES", ["", "größer", 'a "b"\n']),
        ("BOOL", [True, False, True]),
        ("FP64", [0.1, -1e300, 5e-324]),
        *((name, [0, 1, 100]) for name in TYPES if "INT" in name),
    ],
)
def test_a_tensor_comes_back(
    datatype: str, values: list[Any], *, binary: bool, shape: tuple[int, ...]
) -> None:
    """What is written is read again, as JSON and as bytes, whatever its shape."""
    tensor, content = write_tensor("x", datatype, values, shape=shape, binary=binary)
    assert read_tensor(tensor, content if binary else None) == values


def test_texts_are_as_triton_writes_them() -> None:
    """Bytes of texts are those of its own client."""
    texts = ["", "größer"]
    _, content = write_tensor("x", "BYTES", texts, shape=(2,), binary=True)
    assert content == serialize_byte_tensor(np.array(texts, object)).item()


def test_nested_data() -> None:
    """JSON may nest the rows of (n, 1), or not."""
    tensor = Tensor(name="x", shape=(2, 1), datatype="INT64", data=[[1], [2]])
    assert read_tensor(tensor, None) == [1, 2]


@pytest.mark.parametrize(
    ("shape", "datatype", "data", "content", "reason"),
    [
        ((), "INT64", [1], None, "expected the shape"),
        ((-1,), "INT64", [], None, "expected the shape"),
        ((2, 2), "INT64", [1, 2, 3, 4], None, "expected the shape"),
        ((1, 1, 1), "INT64", [1], None, "expected the shape"),
        ((2,), "INT64", [1], None, "expected 2 values, got 1"),
        ((2, 1), "INT64", [[1, 2], [3]], None, "expected 2 values, got 3"),
        ((1,), "INT64", None, None, "either as JSON or as bytes"),
        ((1,), "INT64", [1], b"12345678", "either as JSON or as bytes"),
        ((1,), "INT64", None, b"1234567", "no whole number of INT64"),
        ((1,), "BYTES", None, b"\1\0\0", "end within a text"),
        ((1,), "BYTES", None, b"\2\0\0\0a", "end within a text"),
        ((1,), "BYTES", None, b"\xff\xff\xff\xffa", "end within a text"),
        ((1,), "BYTES", None, b"\1\0\0\0\xff", "not UTF-8"),
    ],
)
def test_a_malformed_tensor_is_refused(
    shape: tuple[int, ...], datatype: str, data: Any, content: bytes | None, reason: str
) -> None:
    """With its name."""
    tensor = Tensor(name="x", shape=shape, datatype=datatype, data=data)
    with pytest.raises(DataError, match=f"input 'x': .*{reason}"):
        read_tensor(tensor, content)
