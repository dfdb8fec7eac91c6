from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np
import pytest

from contracts.errors import DataError
from contracts.moment import instant
from contracts.schema.columns import Column, Columns, Kind
from production.service.asks import AskDecoder
from production.service.inference.messages import Inference
from production.service.inference.rows import TensorRows
from production.service.inference.tensors import Tensor
from tests.suites.check import finite

COLUMNS = Columns(
    Column(name=kind, kind=kind, nullable=True, checks=(finite(),) if kind == "float" else ())
    for kind in get_args(Kind)
    if kind != "category"
)
NOON = "2026-01-01T12:00:00.000001Z"
DATA: dict[str, tuple[str, list[Any]]] = {
    "int": ("INT64", [2**53 + 1, 2]),
    "float": ("FP64", [0.1, 2.0]),
    "bool": ("BOOL", [True, False]),
    "str": ("BYTES", ["größer", ""]),
    "datetime": ("INT64", [instant(NOON), 0]),
}


def tensors(**more: tuple[str, list[Any] | None]) -> list[Tensor]:
    """Return tensors of two rows, with others beside or instead; None leaves one out."""
    return [
        Tensor(name=name, datatype=datatype, shape=(len(data),), data=data)
        for name, (datatype, data) in {**DATA, **more}.items()
        if data is not None
    ]


def rows(inputs: list[Tensor], **asked: Any) -> list[dict[str, Any]]:
    """Return the rows of tensors whose data are JSON."""
    return TensorRows(COLUMNS).of(Inference(inputs=inputs, **asked), [None] * len(inputs))


def records(inputs: list[Tensor]) -> list[Any]:
    """Return the records that a contract of these columns makes of tensors."""
    return [each.record for each in AskDecoder(COLUMNS, rows=10).rows(rows(inputs))]


def test_values_of_every_kind() -> None:
    """Numbers, truth, text and instants arrive as they are in a record."""
    first, second = records(tensors())
    moment = datetime.fromisoformat(NOON)
    assert (first.int, first.float, first.bool) == (2**53 + 1, 0.1, True)
    assert (first.str, first.datetime) == ("größer", moment)
    assert (second.str, second.datetime) == ("", datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", list(DATA))
def test_null_in_json(name: str) -> None:
    """It is null."""
    datatype, data = DATA[name]
    first, second = records(tensors(**{name: (datatype, [None, data[1]])}))
    assert getattr(first, name) is None
    assert getattr(second, name) is not None


@pytest.mark.parametrize("name", list(DATA))
def test_null_by_a_tensor(name: str) -> None:
    """A tensor of truth values says which are null, for datatypes that have no null."""
    first, second = records(tensors(**{f"{name}.null": ("BOOL", [False, True])}))
    assert getattr(first, name) is not None
    assert getattr(second, name) is None


def test_null_as_nan() -> None:
    """In bytes, NaN is null where the column takes null."""
    inputs = [Tensor(name="float", datatype="FP32", shape=(2,))]
    content = np.array([np.nan, 1.5], np.float32).tobytes()
    assert TensorRows(COLUMNS).of(Inference(inputs=inputs), [content]) == [
        {"float": None},
        {"float": 1.5},
    ]


def test_ids_of_events() -> None:
    """The request's id is that of its one row, and begins that of many; a tensor states each."""
    one = [Tensor(name="int", datatype="INT64", shape=(1,), data=[1])]
    assert rows(one, id="a") == [{"int": 1, "id": "a"}]
    assert [row["id"] for row in rows(tensors(), id="a")] == ["a-0", "a-1"]
    stated = tensors(id=("BYTES", ["x", "y"]))
    assert [row["id"] for row in rows(stated, id="a")] == ["x", "y"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"size": ("FP64", [1.0, 2.0])}, "no input 'size'"),
        ({"int": ("FP64", [1.0, 2.0])}, "input 'int': expected INT64, got FP64"),
        ({"str": ("INT64", [1, 2])}, "input 'str': expected BYTES, got INT64"),
        ({"int": ("INT64", [1])}, "of one length, got int 1, float 2"),
        ({"int.null": ("BOOL", ["yes", False])}, "'int.null': expected true or false"),
        ({"datetime": ("INT64", [2**62, 0])}, "'datetime': expected an instant in microseconds"),
        ({"datetime": ("INT64", [1.5, 0])}, "'datetime': expected an instant in microseconds"),
    ],
)
def test_refused_tensors(more: dict[str, Any], reason: str) -> None:
    """The tensor is named, with what was expected."""
    with pytest.raises(DataError, match=reason):
        rows(tensors(**more))


def test_a_tensor_twice() -> None:
    """It is refused: which one counts?"""
    with pytest.raises(DataError, match="'int' is given twice"):
        rows([*tensors(), *tensors()])
