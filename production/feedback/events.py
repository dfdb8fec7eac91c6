"""The event log: every request with its prediction; append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from sqlalchemy import func, select, text

from contracts.errors import DataError, IntegrityError
from production.database.rows import append, matching
from production.database.tables import EVENTS, OUTCOMES
from production.feedback.batch import (
    LONGEST_INDEXED,
    EventReceipt,
    Events,
    Tally,
    column,
    is_indexed,
    is_integer,
    is_text,
    shown,
)
from production.feedback.whole import are_ids, are_integers, are_probabilities, are_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from contracts.ports import Floats
    from production.database.database import Database

COLUMNS = ("product", *Events.__struct_fields__)
AT_ID, AT_TIME = COLUMNS.index("id"), COLUMNS.index("time")
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


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it was served; see `production.feedback.batch.Events`."""

    id: str
    key: str
    time: int
    release: str
    generation: int
    manifest: int
    propensity: float
    prediction: tuple[float, ...]
    features: str | None


class EventLog:
    """The events of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, product: str, events: Events, *, joins: bool = True) -> EventReceipt:
        """Record events; one whose id is logged already stays as it is.

        A malformed event is rejected alone: one with a null id, say, or without a finite number as
        its prediction.

        Args:
            product: The product.
            events: The events.
            joins: Whether to look for outcomes that had arrived before their events.

        Raises:
            DataError: The columns differ in length, or the predictions are not of shape (n, k).
        """
        rows, rejections = _parse(product, events)
        with self._database.transaction() as connection:
            looks = joins and not events.shadow
            joined = _joined(connection, product, rows) if looks else ()
            accepted = append(connection, EVENTS, COLUMNS, rows)
        return EventReceipt(
            received=len(events.id),
            accepted=accepted,
            duplicate=len(rows) - accepted,
            rejected=len(rejections),
            joined=joined,
            rejections=rejections,
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

    def find(self, product: str, event: str) -> Logged | None:
        """Return the event that was served under an id, none if there is none."""
        names = Logged.__struct_fields__
        query = select(*(EVENTS.c[name] for name in names)).where(
            EVENTS.c.product == product, EVENTS.c.id == event, SERVED
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        values = dict(zip(names, row, strict=True))
        (prediction,) = unpack([values["prediction"]]).tolist()
        return Logged(**{**values, "prediction": tuple(prediction)})

    def tally(self, product: str) -> Tally:
        """Return how many requests were served, and the newest event time."""
        query = select(func.count(), func.max(EVENTS.c.time)).where(
            EVENTS.c.product == product, SERVED
        )
        with self._database.reading() as connection:
            count, last = connection.execute(query).one()
        return Tally(count=count, last=last)


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


def pack(predictions: Floats, rows: int) -> list[bytes | None]:
    """Return each row of (n, k) predictions as bytes: k float64, little-endian on any machine.

    A row with a number that is not finite is None.

    Raises:
        DataError: The predictions have another shape, or are no numbers.
    """
    if predictions.ndim != 2 or len(predictions) != rows or predictions.dtype.kind not in "fiu":
        shape = f"{predictions.dtype} {predictions.shape}"
        raise DataError(f"expected predictions of shape ({rows}, k), got {shape}")
    finite = np.logical_and.reduce(np.isfinite(predictions), axis=1)
    raw = np.ascontiguousarray(predictions, dtype="<f8").tobytes()
    step = WIDTH * predictions.shape[1]
    return [raw[at * step : (at + 1) * step] if finite[at] else None for at in range(rows)]


def unpack(blobs: Sequence[bytes]) -> Floats:
    """Return (n, k) predictions from their bytes; (0, 1) from none.

    Raises:
        IntegrityError: The predictions have different widths.
    """
    widths = {*map(len, blobs)}
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


def _parse(product: str, events: Events) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """Return the rows of well-formed events, and the faults of the others."""
    count = len(events.id)
    columns: Mapping[str, Any] = {
        "product": product,
        **msgspec.structs.asdict(events),
        "prediction": pack(events.prediction, count),
        "shadow": int(events.shadow),
    }
    values = {name: column(columns[name], count, name) for name in COLUMNS}
    faults: dict[int, str] = {}
    for name, (is_valid, expected) in EXPECTED.items():
        if _are_valid(name, columns[name], values[name]):
            continue
        for at, value in enumerate(values[name]):
            if not is_valid(value):
                faults.setdefault(at, f"{name}: expected {expected}, got {shown(value)}")
    rows = list(zip(*values.values(), strict=True))
    if not faults:
        return rows, ()
    rejections = tuple(f"{shown(values['id'][at])}: {faults[at]}" for at in sorted(faults))
    return [row for at, row in enumerate(rows) if at not in faults], rejections


def _are_valid(name: str, source: Any, values: Sequence[Any]) -> bool:
    """Return whether all of a column is seen to be valid at once; false says nothing of a value."""
    if source is None or isinstance(source, str | int | float):
        is_valid, _ = EXPECTED[name]
        return not values or is_valid(values[0])
    return WHOLE[name](source if isinstance(source, np.ndarray) else values)


def _joined(
    connection: Connection, product: str, rows: Sequence[tuple[Any, ...]]
) -> tuple[int, ...]:
    """Return the times of new events whose outcomes arrived before them."""
    # Of an id that is there twice the first one stands.
    moments = {row[AT_ID]: row[AT_TIME] for row in reversed(rows)}
    query = select(OUTCOMES.c.event).where(OUTCOMES.c.product == product).distinct()
    waiting = {row[0] for row in matching(connection, query, OUTCOMES.c.event, [*moments])}
    if not waiting:
        return ()
    logged = times(connection, product, sorted(waiting))
    return tuple(sorted(moments[event] for event in waiting - logged.keys()))


def _is_probability(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]


#: By column, whether a value may stand in it, and in words which may.
EXPECTED: dict[str, tuple[Callable[[object], bool], str]] = {
    "id": (is_indexed, f"an id of 1 to {LONGEST_INDEXED} bytes"),
    "key": (is_text, "text"),
    "time": (is_integer, "microseconds"),
    "release": (is_text, "text"),
    "generation": (is_integer, "an integer"),
    "manifest": (is_integer, "an integer"),
    "propensity": (_is_probability, "a probability"),
    "prediction": (lambda value: value is not None, "finite numbers"),
    "features": (lambda value: value is None or is_text(value), "text or none"),
}


#: By column, whether all its values are seen to be valid at once, many times faster than by each.
WHOLE: dict[str, Callable[[Any], bool]] = {
    "id": are_ids,
    "key": are_texts,
    "time": are_integers,
    "release": are_texts,
    "generation": are_integers,
    "manifest": are_integers,
    "propensity": are_probabilities,
    "prediction": lambda values: None not in values,
    "features": are_texts,
}
