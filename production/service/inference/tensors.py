"""Tensors of the Open Inference Protocol: to Python's values and back, as JSON and as bytes.

https://github.com/kserve/open-inference-protocol; bytes as in Triton's extension for binary tensor
data: little-endian, row by row, and each text with its length before it in four bytes.
"""

from __future__ import annotations

from itertools import chain
from struct import pack, unpack_from
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TYPES = {
    "BOOL": "?",
    "UINT8": "<u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "<i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
INTEGERS = tuple(name for name in TYPES if "INT" in name)
FLOATS = tuple(name for name in TYPES if "FP" in name)
#: The datatypes that are taken for each kind of column; the first is the one that is stated.
DATATYPES: Mapping[str, tuple[str, ...]] = {
    "int": ("INT64", *INTEGERS),
    "float": ("FP64", *FLOATS, *INTEGERS),
    "bool": ("BOOL",),
    "str": ("BYTES",),
    "category": ("BYTES",),
    "datetime": ("INT64",),
}
#: The bytes of a text's length.
LENGTH = 4


class Tensor(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One tensor: its data as JSON, or as bytes behind the JSON.

    Attributes:
        name: The name of a column.
        shape: Its shape, (n,) or (n, 1).
        datatype: The type of its values.
        parameters: ``binary_data_size``: how many bytes it has.
        data: Its values.
    """

    name: str
    shape: tuple[int, ...]
    datatype: str
    parameters: dict[str, Any] = {}
    data: list[Any] | None = None


def read_tensor(tensor: Tensor, content: bytes | None) -> list[Any]:
    """Return the values of a tensor of n rows.

    Args:
        tensor: The tensor.
        content: Its bytes, none if its data are in the JSON.

    Raises:
        DataError: It is of another shape, or of more or fewer values than its shape.
    """
    n, *rest = tensor.shape or (-1,)
    if n < 0 or rest not in ([], [1]):
        raise DataError(
            f"input {tensor.name!r}: expected the shape [n] or [n, 1], got {[*tensor.shape]}"
        )
    if (content is None) == (tensor.data is None):
        raise DataError(f"input {tensor.name!r}: expected data either as JSON or as bytes")
    if content is None:
        values = _flat(tensor.data or [])
    elif tensor.datatype == "BYTES":
        values = _texts(tensor.name, content)
    else:
        values = _numbers(tensor, content)
    if len(values) != n:
        raise DataError(f"input {tensor.name!r}: expected {n} values, got {len(values)}")
    return values


def write_tensor(
    name: str, datatype: str, values: Sequence[Any], *, shape: tuple[int, ...], binary: bool
) -> tuple[Tensor, bytes]:
    """Return values as a tensor, and its bytes: none unless they are asked for."""
    tensor = Tensor(name=name, datatype=datatype, shape=shape)
    if not binary:
        tensor.data = [*values]
        return tensor, b""
    if datatype == "BYTES":
        texts = [text.encode() for text in values]
        content = b"".join(chain.from_iterable((pack("<I", len(each)), each) for each in texts))
    else:
        content = np.array(values, TYPES[datatype]).tobytes()
    tensor.parameters = {"binary_data_size": len(content)}
    return tensor, content


def _flat(data: list[Any]) -> list[Any]:
    """Return the values of (n,) or (n, 1), nested or flat: the protocol takes both."""
    nested = [value for value in data if isinstance(value, list)]
    return [*chain.from_iterable(data)] if data and len(nested) == len(data) else data


def _numbers(tensor: Tensor, content: bytes) -> list[Any]:
    kind = np.dtype(TYPES[tensor.datatype])
    if len(content) % kind.itemsize:
        raise DataError(
            f"input {tensor.name!r}: {len(content)} bytes are no whole number of {tensor.datatype}"
        )
    values: list[Any] = np.frombuffer(content, kind).tolist()
    return values


def _texts(name: str, content: bytes) -> list[str]:
    texts, at = [], 0
    while at < len(content):
        end = at + LENGTH
        end += unpack_from("<I", content, at)[0] if end <= len(content) else 0
        if end > len(content):
            raise DataError(f"input {name!r}: its bytes end within a text")
        texts.append(_text(name, content[at + LENGTH : end]))
        at = end
    return texts


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise DataError(f"input {name!r}: not UTF-8: {error.reason}") from None
