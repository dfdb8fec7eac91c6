"""Batches of events and outcomes as parallel columns, and the receipts for recording them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.ports import Floats, Instants

#: The generation of an event that the naive baseline answered: those of models count from 1.
FALLBACK = 0
INT64 = range(-(2**63), 2**63)
#: The most bytes of an event's id or an outcome's value: an index entry of PostgreSQL has 2,704.
LONGEST_INDEXED = 1_000
#: The most characters that a message shows of a value.
LONGEST = 200

#: A column, or one value for all rows.
Texts = str | Sequence[str]
Numbers = int | float | Sequence[int] | Sequence[float] | Instants | Floats


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """Requests with their predictions; n rows, where a single value holds for all of them.

    Attributes:
        id: Unique ids, from the client or from product and natural key, never random nor from the
            clock. Ids that begin with their time are written several times faster, because
            neighbours share a page of the index.
        key: The keys that dispatch is sticky by.
        time: Event times, microseconds.
        release: The release of the generation that predicted.
        generation: Its number; `FALLBACK` where the naive baseline answered an invalid request, in
            the place of the release's champion.
        manifest: The revision of the manifest that offered it.
        propensity: The probability with which it was chosen; 0 for a shadow.
        prediction: Float64, (n, k).
        features: Where the features can be looked up; none if the request had all of them.
        shadow: Whether the predictions were logged only, not served.
    """

    id: Sequence[str]
    key: Sequence[str]
    time: Instants
    release: Texts
    generation: Numbers
    manifest: Numbers
    propensity: Numbers
    prediction: Floats
    features: Texts | None = None
    shadow: bool = False


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes of events; n rows, where a single value holds for all of them.

    Attributes:
        event: The ids of the events.
        value: Python scalars: bool, int, float or str.
        arrived: When each outcome arrived, microseconds.
        revision: The revision of an event's outcome; the highest one wins.
        occurred: When each outcome occurred, microseconds; when it arrived if not known.
    """

    event: Sequence[str]
    value: Sequence[Any]
    arrived: Instants | Sequence[int]
    revision: int | Sequence[int] = 0
    occurred: Instants | Sequence[int] | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are, and the time of the newest; none of none."""

    count: int
    last: int | None


class EventReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of recorded events: received = accepted + duplicate + rejected.

    Attributes:
        received: All events.
        accepted: New events.
        duplicate: Events whose id is logged already; the first one stands.
        rejected: Malformed, and not logged.
        joined: The times of accepted events whose outcomes had arrived before them.
        rejections: The reason for each rejection.
    """

    received: int
    accepted: int
    duplicate: int
    rejected: int = 0
    joined: tuple[int, ...] = ()
    rejections: tuple[str, ...] = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of recorded outcomes.

    Received is the sum of accepted, duplicate, quarantined, conflicting and rejected.

    Attributes:
        received: All outcomes.
        accepted: Stored, and their event is known.
        duplicate: Of the same event, revision and value as an earlier one.
        quarantined: Stored, and their event is not known yet.
        conflicting: Stored, and their revision has another value too.
        rejected: Malformed, and not stored.
        late: How many of the accepted ones arrived after their event's evaluation window closed.
        rejections: The reason for each rejection.
    """

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    conflicting: int = 0
    rejected: int = 0
    late: int = 0
    rejections: tuple[str, ...] = ()

    def __add__(self, other: Receipt) -> Receipt:
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        sums = (mine + theirs for mine, theirs in pairs)
        return Receipt(**dict(zip(self.__struct_fields__, sums, strict=True)))


def column(value: Any, rows: int, name: str) -> list[Any]:
    """Return a column as Python values, a single value repeated.

    Raises:
        DataError: The column has another number of rows.
    """
    values: list[Any]
    if isinstance(value, np.ndarray):
        values = value.tolist()
    elif isinstance(value, str) or not isinstance(value, Sequence):
        values = [value] * rows
    else:
        values = list(value)
    if len(values) != rows:
        raise DataError(f"expected {rows} rows in column {name!r}, got {len(values)}")
    return values


def is_text(value: object) -> bool:
    """Return whether a value is text that every database can hold: no lone surrogate, no NUL.

    >>> is_text("späť"), is_text(chr(0xD800)), is_text(chr(0)), is_text(None)
    (True, False, False, False)
    """
    if type(value) is not str or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_indexed(value: object) -> bool:
    """Return whether a value is text that every database can index: from 1 to 1,000 bytes.

    >>> is_indexed("a"), is_indexed(""), is_indexed("ä" * 500), is_indexed("ä" * 501)
    (True, False, True, False)
    """
    return is_text(value) and 0 < len(str(value).encode()) <= LONGEST_INDEXED


def is_integer(value: object) -> bool:
    """Return whether a value is an integer of 64 bits, and no truth value.

    >>> is_integer(2**63 - 1), is_integer(2**63), is_integer(True), is_integer(1.0)
    (True, False, False, False)
    """
    return type(value) is int and value in INT64


def shown(value: object) -> str:
    """Return any value in a message: shortened, and whatever its own ``repr`` does.

    >>> shown("a"), len(shown("x" * 5_000)), shown(10**5_000)
    ("'a'", 200, 'an int')
    """
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - too long for Python, or an object of someone else's
        return f"an {type(value).__name__}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
