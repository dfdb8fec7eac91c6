"""A file with what a source knew at one moment: ``data_access=ad_hoc_dump``, an anti-pattern."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import msgspec
import pyarrow.parquet as pq

from contracts.data.memory import Memory
from contracts.errors import DataError
from contracts.host.durable import staged
from contracts.moment import iso

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Source

SPAN = b"liaison.span"


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a dump contains: events from ``start`` to ``cut``, with what was known by ``cut``."""

    format: int = 1
    start: int
    cut: int


class Dump:
    """Answers windows from a file, up to the moment at which it was cut.

    Args:
        path: The Parquet file that `cut` wrote.
    """

    #: No event or outcome is added later.
    increments: ClassVar[bool] = False

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    @classmethod
    def cut(cls, source: Source, path: str | Path, *, start: int, moment: int) -> Self:
        """Write what a source knows at a moment of the events since ``start`` into one file.

        Raises:
            DataError: The source cannot answer for that window.
        """
        span = msgspec.json.encode(Span(start=start, cut=moment))
        rows = source.window(start, moment, known_by=moment)
        with staged(Path(path)) as stage:
            pq.write_table(rows.replace_schema_metadata({SPAN: span}), stage, compression="zstd")
        return cls(path)

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment.

        Raises:
            DataError: The file is missing or not a dump, or does not cover what is asked for.
        """
        self._check(start, end, known_by)
        return self._rows.window(start, end, known_by=known_by)

    @cached_property
    def span(self) -> Span:
        """What the dump contains.

        Raises:
            DataError: The file is missing or not a dump.
        """
        if not self._path.is_file():
            raise DataError(
                f"expected a dump at {self._path}, found no file",
                hint="cut one from a programmatic source, or use data_access=programmatic",
            )
        metadata = pq.read_schema(self._path).metadata or {}
        if SPAN not in metadata:
            raise DataError(
                f"{self._path} is not a dump: it does not state when it was cut",
                hint="make dumps with Dump.cut, which writes the moment into the file",
            )
        return msgspec.json.decode(metadata[SPAN], type=Span)

    @cached_property
    def _rows(self) -> Memory:
        return Memory(pq.read_table(self._path).replace_schema_metadata())

    def _check(self, start: int, end: int, known_by: int) -> None:
        span = self.span
        if start < span.start:
            raise DataError(
                f"the dump {self._path} starts at {iso(span.start)}, after {iso(start)}",
                hint="cut a dump that starts earlier",
            )
        late = [
            f"asked for {what} {iso(moment)}"
            for what, moment in (("events up to", end), ("outcomes known by", known_by))
            if moment > span.cut
        ]
        if late:
            raise DataError(
                f"the dump {self._path} knows nothing after {iso(span.cut)}, when it was cut: a "
                "dump gives no increments, hence no serving evaluation and no autonomous update",
                hint="data_access=programmatic",
                details=late,
            )
