"""The sampled events with their inputs: from the log, or from the source that the log names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import asdict

from contracts.data.events import fetch_checked
from contracts.data.records import record_columns
from contracts.errors import DataError
from contracts.ports import ID
from contracts.schema.record import RecordDecoder
from production.feedback.batch import FALLBACK, Events
from production.feedback.sampled import sampled_events
from production.selectors.draw import uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from contracts.contract import Contract
    from contracts.ports import Source
    from production.agents.parity.column import Mask
    from production.database.database import Database

#: An event's rank: independent of the draw of arms, which has salts of its own.
rank = partial(uniform, "parity")


class LiveSample(msgspec.Struct, frozen=True, kw_only=True):
    """The sampled events of a window.

    Attributes:
        served: How many events were served.
        unread: How many sampled events have no inputs on record that can be read.
        events: The other sampled events.
        rows: Their inputs, in the contract's order.
    """

    served: int
    unread: int
    events: Events
    rows: pa.Table

    def where(self, mask: Mask) -> LiveSample:
        """Return the events of a mask, (n,)."""
        lost = int((~mask).sum())
        return LiveSample(
            served=self.served,
            unread=self.unread + lost,
            events=_where(self.events, mask),
            rows=self.rows.filter(pa.array(mask)),
        )


class Samples:
    """Samples of one product's traffic.

    Args:
        contract: Names the inputs.
        source: Where the inputs of events are looked up that the log only refers to.
        database: The database of the log.
        share: The share of events.
        most: The most events of a window.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        source: Source,
        database: Database,
        share: float,
        most: int,
    ) -> None:
        self._contract, self._source, self._database = contract, source, database
        self._share, self._most = share, most
        self._decoder = RecordDecoder(contract.input_columns)

    def window(self, start: int, end: int) -> LiveSample:
        """Return the sample of the events that models answered in a window of event time."""
        sample = sampled_events(
            self._database,
            self._contract.product,
            start,
            end,
            rank=rank,
            share=self._share,
            most=self._most,
        )
        events = sample.events
        events = _where(events, np.asarray(events.generation) != FALLBACK)
        records = self._records(events, start, end)
        readable = np.array([record is not None for record in records], bool)
        columns = self._contract.input_columns
        found = [record for record in records if record is not None]
        return LiveSample(
            served=sample.served,
            unread=int((~readable).sum()),
            events=_where(events, readable),
            rows=pa.table(record_columns(found, columns)) if found else pa.table({}),
        )

    def chosen(self, ids: Sequence[str]) -> Mask:
        """Return which events a sample would have, were it of any size, (n,)."""
        return np.array([rank(each) < self._share for each in ids], bool)

    def _records(self, events: Events, start: int, end: int) -> list[Any]:
        """Return each event's record; none where it cannot be read."""
        assert events.features is not None
        refers = f"source:{self._contract.product}"
        referred = [each for each, text in self._pairs(events) if text == refers]
        looked_up = self._looked_up(referred, start, end) if referred else {}
        return [
            self._record(looked_up.get(each)) if text == refers else self._decoded(text)
            for each, text in self._pairs(events)
        ]

    def _pairs(self, events: Events) -> list[tuple[str, str | None]]:
        return [*zip(events.id, events.features or (), strict=True)]

    def _looked_up(self, ids: Sequence[str], start: int, end: int) -> dict[str, dict[str, Any]]:
        rows = fetch_checked(self._source, start, end, known_by=end)
        rows = rows.select([ID, *self._contract.inputs])
        rows = rows.filter(pc.is_in(rows[ID], pa.array(ids, rows[ID].type)))
        return {row.pop(ID): row for row in rows.to_pylist()}

    def _record(self, row: Mapping[str, Any] | None) -> Any:
        return None if row is None else _or_none(self._decoder.convert, row)

    def _decoded(self, text: str | None) -> Any:
        return None if text is None else _or_none(self._decoder.parse, text.encode())


def _or_none(read: Callable[[Any], Any], value: Any) -> Any:
    """Return a record, none where the contract in service refuses it."""
    try:
        return read(value)
    except DataError:
        return None


def _where(events: Events, mask: Mask) -> Events:
    """Return the events of a mask, (n,), each field a column."""
    places = np.flatnonzero(mask)
    columns: dict[str, Any] = {}
    for name, value in asdict(events).items():
        if isinstance(value, np.ndarray):
            columns[name] = value[places]
        elif isinstance(value, list):
            columns[name] = [value[at] for at in places.tolist()]
    return Events(**columns)
