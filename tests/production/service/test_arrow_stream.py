"""Arrow streams from clients: read exactly, or refused before they take memory."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from contracts.errors import DataError
from production.service.arrow_stream import read_rows


def stream(table: pa.Table, *, compression: str | None = None) -> bytes:
    """Return a table as a stream, each of its chunks a message."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_rows_come_back_as_they_were() -> None:
    """Of several messages, with nulls, texts and instants."""
    table = pa.table(
        {
            "x": pa.chunked_array([[1, None], [3]]),
            "text": pa.chunked_array([["a", "ä"], [None]]),
            "at": pa.chunked_array([[0, 1], [2]], pa.timestamp("us", tz="UTC")),
        }
    )
    assert read_rows(stream(table), most=3) == table.to_pylist()
    assert read_rows(stream(table.slice(0, 0)), most=3) == []


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_compressed_buffers_are_refused_unread(compression: str) -> None:
    """A megabyte of them may unpack to gigabytes."""
    zeros = pa.table({"x": pa.array([0.0] * 100_000)})
    with pytest.raises(DataError, match="compressed"):
        read_rows(stream(zeros, compression=compression), most=10**6)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["long" * 1_000] * 100).dictionary_encode(),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}]),
        pa.array(["x"], pa.string_view()),
        pa.RunEndEncodedArray.from_arrays([1_000], [1]),
    ],
    ids=lambda column: str(column.type)[:12],
)
def test_columns_that_unpack_to_more_than_their_bytes_are_refused(column: pa.Array) -> None:
    """Dictionaries, views, runs and nested types."""
    with pytest.raises(DataError, match=r"type .* is not taken|plain columns"):
        read_rows(stream(pa.table({"x": column})), most=10**6)


def test_a_column_of_nulls_takes_no_bytes_and_is_counted_before_it_is_read() -> None:
    """Three hundred bytes may claim a thousand million rows."""
    body = stream(pa.table({"x": pa.nulls(10**9)}))
    assert len(body) < 1_000
    assert len(read_rows(body, most=10)) == 11


@pytest.mark.parametrize("body", [b"", b"{}", b"ARROW1", b"\xff\xff\xff\xff" + b"\x10" * 40])
def test_what_is_no_stream_is_refused(body: bytes) -> None:
    """Whatever it is."""
    with pytest.raises(DataError, match="Arrow stream"):
        read_rows(body, most=10)


def test_a_damaged_stream_is_refused_or_read() -> None:
    """Each byte changed in turn: no other error, and nothing hangs."""
    good = stream(pa.table({"x": [1, 2], "text": ["a", "b"]}))
    outcomes: set[Any] = set()
    for at in range(len(good)):
        body = bytearray(good)
        body[at] ^= 0xFF
        try:
            outcomes.add(len(read_rows(bytes(body), most=10)))
        except DataError:
            outcomes.add("refused")
    assert "refused" in outcomes
    assert outcomes <= {"refused", *range(12)}
