"""One outcome of an event: how its value is stored, and which of several outcomes stands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from contracts.errors import DataError
from production.database.rows import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Value = bool | int | float | str
#: The smallest float beyond which not every integer is a float.
EXACT = 2**53


class Outcome(NamedTuple):
    """One outcome as it is stored; times in microseconds, the value as JSON text."""

    event: str
    revision: int
    value: str
    arrived: int
    occurred: int


def settle(outcomes: Iterable[Outcome]) -> tuple[dict[str, Outcome], dict[str, set[str]]]:
    """Return the outcome that stands for each event, and the values of events in conflict.

    The highest revision wins. Two values for it are a conflict, until a higher revision resolves
    it. Of equal values the earliest arrival stands, because the outcome was known from then on.

    >>> first, second = Outcome("a", 0, "true", 5, 5), Outcome("a", 1, "false", 9, 9)
    >>> settle([second, first])[0]["a"].value
    'false'
    """
    stands: dict[str, Outcome] = {}
    conflicts: dict[str, set[str]] = {}
    for outcome in outcomes:
        before = stands.get(outcome.event)
        if before is None or outcome.revision > before.revision:
            stands[outcome.event] = outcome
            conflicts.pop(outcome.event, None)
        elif outcome.revision == before.revision and outcome.value != before.value:
            conflicts.setdefault(outcome.event, {before.value}).add(outcome.value)
        elif outcome.revision == before.revision:
            stands[outcome.event] = min(before, outcome)
    for event in conflicts:
        del stands[event]
    return stands, conflicts


def is_value(value: object) -> bool:
    """Return whether an object can be an outcome's value: a finite scalar.

    >>> is_value(True), is_value(float("nan")), is_value(None)
    (True, False, False)
    """
    kind = type(value)
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]
    return kind in (bool, int, str)


def encode_value(value: Value) -> str:
    """Return a value as JSON text, equal for equal values: JSON has one kind of number.

    >>> encode_value(True), encode_value(1.0), encode_value("1")
    ('true', '1', '"1"')
    """
    if type(value) is float and value.is_integer() and abs(value) < EXACT:
        value = int(value)
    return encode(value)


def decode_values(texts: Sequence[str]) -> pa.Array:
    """Return the values of JSON texts as a typed Arrow array.

    Raises:
        DataError: The values are of different kinds.
    """
    places = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    try:
        values = pa.array([decode(text) for text in places])
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError(
            f"outcomes of kinds that do not mix: {error}",
            hint="check values where outcomes enter, with accepts=",
        ) from error
    return values.take(pa.array([places[text] for text in texts], pa.int64()))
