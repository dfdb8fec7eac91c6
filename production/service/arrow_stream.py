"""Reads Arrow streams from clients: whatever they hold, within the memory that their bytes allow.

A stream can be far smaller than what it unpacks to: compressed buffers, dictionaries, columns of
nulls alone. So each message's header is looked at before its content is read.
"""

from __future__ import annotations

import struct
from typing import Any

import pyarrow as pa

from contracts.errors import DataError

#: Arrow's flatbuffers (https://arrow.apache.org/docs/format/Columnar.html): the fields that are
#: read, by their place in their table.
HEADER, LENGTH, COMPRESSION = 2, 0, 3
#: Columns of these types take no more memory than their bytes.
PLAIN = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_timestamp,
    pa.types.is_null,
)


def read_rows(body: bytes, *, most: int) -> list[dict[str, Any]]:
    """Return the rows of an Arrow stream in Python's types; the first too many ends them.

    Args:
        body: The stream.
        most: More than so many rows are not read: one more than that is returned at most.

    Raises:
        DataError: It is no Arrow stream, it is compressed, or it has columns of types that unpack
            to more than their bytes.
    """
    try:
        if _count(body) > most:
            return [{}] * (most + 1)
        with pa.ipc.open_stream(pa.py_buffer(body)) as reader:
            _check_schema(reader.schema)
            table = reader.read_all()
        table.validate(full=True)
        rows: list[dict[str, Any]] = table.to_pylist()
    except (pa.ArrowException, OSError, ValueError, struct.error) as error:
        raise DataError(f"not an Arrow stream: {error}") from error
    return rows


def _count(body: bytes) -> int:
    """Return how many rows a stream has, by its messages' headers."""
    count = 0
    for message in pa.ipc.MessageReader.open_stream(pa.py_buffer(body)):
        if message.type == "record batch":
            batch = _Table(bytes(message.metadata)).child(HEADER)
            if batch.place(COMPRESSION):
                raise DataError("an Arrow stream must not be compressed")
            count += batch.integer(LENGTH)
        elif message.type != "schema":
            raise DataError(f"an Arrow stream of plain columns, got a {message.type}")
    return count


def _check_schema(schema: pa.Schema) -> None:
    for field in schema:
        if not any(is_plain(field.type) for is_plain in PLAIN):
            raise DataError(
                f"column {field.name!r}: the type {field.type} is not taken",
                hint="send booleans, numbers, strings and timestamps",
            )


class _Table:
    """A table of a flatbuffer.

    Args:
        buffer: The flatbuffer.
        at: Where the table begins; the root table's place is the buffer's first number.
    """

    def __init__(self, buffer: bytes, at: int | None = None) -> None:
        self._buffer = buffer
        self._at = self._unpack("<I", 0) if at is None else at

    def place(self, field: int) -> int:
        """Return where a field's value is, 0 if it is absent."""
        fields = self._at - self._unpack("<i", self._at)
        if 4 + 2 * field >= self._unpack("<H", fields):
            return 0
        offset = self._unpack("<H", fields + 4 + 2 * field)
        return self._at + offset if offset else 0

    def child(self, field: int) -> _Table:
        """Return the table that a field points to."""
        place = self.place(field)
        return _Table(self._buffer, place + self._unpack("<I", place))

    def integer(self, field: int) -> int:
        """Return a field of 64 bits, 0 if it is absent."""
        place = self.place(field)
        return self._unpack("<q", place) if place else 0

    def _unpack(self, kind: str, place: int) -> int:
        value: int = struct.unpack_from(kind, self._buffer, place)[0]
        return value
