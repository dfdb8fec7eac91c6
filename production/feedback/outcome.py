"""One outcome of an event: how its value is stored, and which of several outcomes stands."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from contracts.data.exact import EXACT
from contracts.data.outcomes import label_place
from contracts.errors import DataError
from production.database.rows import decode, encode
from production.feedback.batch import LONGEST_INDEXED, is_indexed, is_text, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.kind import Predicted

Value = bool | int | float | str


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


def encode_value(value: object, target: Predicted | None = None) -> str:
    """Return an outcome's value as JSON text, equal for equal values.

    There is one kind of number: an integer equals the float64 that holds it exactly. Values of a
    binary target become booleans, whether the label was named or whether it is the positive one,
    unless its labels are booleans themselves.

    Args:
        value: What came as a value.
        target: What is predicted; without it any finite scalar is a value.

    Raises:
        DataError: The value is none, or none of the target's.

    >>> encode_value(True), encode_value(1.0), encode_value("1"), encode_value(2**53)
    ('true', '1', '"1"', '9007199254740992')
    """
    scalar = _scalar(value)
    text = encode(scalar if target is None else _of_target(scalar, target))
    if not is_indexed(text):
        raise DataError(f"expected a value of at most {LONGEST_INDEXED} bytes, got {shown(value)}")
    return text


def encode_values(values: Sequence[object], target: Predicted | None = None) -> list[str]:
    """Return outcomes' values as `encode_value` does, equal ones encoded once.

    Raises:
        DataError: One is none, or none of the target's.

    >>> encode_values([True, 1, 1.0])
    ['true', '1', '1']
    """
    kinds = [*map(type, values)]
    if not {*kinds} <= {bool, int, float, str}:  # others may have no hash
        return [encode_value(value, target) for value in values]
    pairs = [*zip(kinds, values, strict=True)]  # True is equal to 1
    texts = {pair: encode_value(pair[1], target) for pair in dict.fromkeys(pairs)}
    return [texts[pair] for pair in pairs]


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
            hint="record outcomes with their target, which rejects those of another kind",
        ) from error
    return values.take(pa.array([places[text] for text in texts], pa.int64()))


def _scalar(value: object) -> Value:
    """Return a value that can be written, numbers in the one form they have.

    Raises:
        DataError: It is no scalar, or no finite number, or cannot be written.
    """
    if isinstance(value, bool) or (isinstance(value, str) and is_text(value)):
        return value
    if type(value) not in (int, float):
        raise DataError(f"expected a value of this product's outcome, got {shown(value)}")
    assert isinstance(value, int | float)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise DataError(f"expected a finite number, got {shown(value)}")
    if number != value:
        raise DataError(f"expected an integer that a float64 holds exactly, got {shown(value)}")
    return int(number) if number.is_integer() and abs(number) <= EXACT else number


def _of_target(value: Value, target: Predicted) -> Value:
    """Return a value as the target's outcomes are written.

    Raises:
        DataError: It is of another kind, or a label that a closed set does not list.
    """
    if target.kind == "regression":
        if isinstance(value, str):
            raise DataError(f"expected a number, got {shown(value)}")
        return int(value) if isinstance(value, bool) else value
    place = label_place(value, target)
    booleans = any(isinstance(label, bool) for label in target.labels)
    return bool(place) if target.kind == "binary" and not booleans else value
