"""The event log: every request with its prediction; append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from sqlalchemy import select, text

from contracts.errors import DataError, IntegrityError
from production.database.rows import append, matching
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.batch import EventReceipt, Events, column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.ports import Floats
    from production.database.database import Database

COLUMNS = ("product", *Events.__struct_fields__)
#: A constant rather than a parameter, so that the database sees that the partial index applies.
SERVED = text("events.shadow = 0")
ARRAYS = {
    "time": np.int64,
    "generation": np.int64,
    "manifest": np.int64,
    "propensity": np.float64,
    "arrived": np.int64,
}
#: The bytes of a float64.
WIDTH = 8


class EventLog:
    """The events of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, product: str, events: Events) -> EventReceipt:
        """Record events; one whose id is logged already stays as it is.

        Raises:
            DataError: The columns differ in length, or a prediction is not finite.
        """
        rows = _rows(product, events)
        with self._database.transaction() as connection:
            joined = () if events.shadow else _joined(connection, product, events)
            accepted = append(connection, EVENTS, COLUMNS, rows)
        return EventReceipt(
            received=len(rows), accepted=accepted, duplicate=len(rows) - accepted, joined=joined
        )

    def served(self, product: str, start: int, end: int) -> Events:
        """Return the events served in a window of event time, by time, then id."""
        names = [name for name in Events.__struct_fields__ if name != "shadow"]
        query = (
            select(*(EVENTS.c[name] for name in names))
            .where(EVENTS.c.product == product, SERVED)
            .where(EVENTS.c.time >= start, EVENTS.c.time < end)
            .order_by(EVENTS.c.time, EVENTS.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return Events(**typed(names, rows))


def times(connection: Connection, product: str, ids: Sequence[str]) -> dict[str, int]:
    """Return the event times of those ids that were served."""
    query = select(EVENTS.c.id, EVENTS.c.time).where(EVENTS.c.product == product, SERVED)
    return {row[0]: row[1] for row in matching(connection, query, EVENTS.c.id, ids)}


def typed(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return rows as columns by name: arrays of numbers, (n, k) predictions, lists of the rest.

    Raises:
        IntegrityError: The predictions have different widths.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: _typed(name, values) for name, values in zip(names, columns, strict=True)}


def pack(predictions: Floats, rows: int) -> list[bytes]:
    """Return each row of (n, k) predictions as bytes: k float64, little-endian on any machine.

    Raises:
        DataError: The predictions have another shape, or are not all finite.
    """
    if predictions.ndim != 2 or len(predictions) != rows:
        raise DataError(f"expected predictions of shape ({rows}, k), got {predictions.shape}")
    if not np.isfinite(predictions).all():
        raise DataError("expected finite predictions, got NaN or infinity")
    raw = np.ascontiguousarray(predictions, dtype="<f8").tobytes()
    step = WIDTH * predictions.shape[1]
    return [raw[at * step : (at + 1) * step] for at in range(rows)]


def unpack(blobs: Sequence[bytes]) -> Floats:
    """Return (n, k) predictions from their bytes; (0, 1) from none.

    Raises:
        IntegrityError: The predictions have different widths.
    """
    widths = {len(blob) for blob in blobs}
    if len(widths) > 1 or any(width % WIDTH for width in widths):
        raise IntegrityError(
            f"expected predictions of one width, got {sorted(widths)} bytes",
            hint="score the releases of different contracts separately",
        )
    k = max(widths, default=WIDTH) // WIDTH
    return np.frombuffer(b"".join(blobs), dtype="<f8").reshape(len(blobs), k).astype(np.float64)


def _typed(name: str, values: Sequence[Any]) -> Any:
    if name == "prediction":
        return unpack(values)
    return np.array(values, ARRAYS[name]) if name in ARRAYS else list(values)


def _rows(product: str, events: Events) -> list[tuple[Any, ...]]:
    count = len(events.id)
    columns: Mapping[str, Any] = {
        "product": product,
        **msgspec.structs.asdict(events),
        "prediction": pack(events.prediction, count),
        "shadow": int(events.shadow),
    }
    return list(zip(*(column(columns[name], count, name) for name in COLUMNS), strict=True))


def _joined(connection: Connection, product: str, events: Events) -> tuple[int, ...]:
    """Return the times of new events whose outcomes arrived before them."""
    query = select(OUTCOMES.c.event).where(OUTCOMES.c.product == product).distinct()
    waiting = {row[0] for row in matching(connection, query, OUTCOMES.c.event, events.id)}
    if not waiting:
        return ()
    logged = times(connection, product, sorted(waiting))
    moments = dict(zip(events.id, events.time.tolist(), strict=True))
    return tuple(sorted(moments[event] for event in waiting - logged.keys()))
