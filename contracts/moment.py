"""Instants and durations as int64 microseconds, and their readable forms.

All times are UTC. An instant counts from 1970-01-01T00:00Z; a window is ``[start, end)``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from contracts.errors import ConfigError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

UNITS = {"us": 1, "ms": 1_000, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
DURATION = re.compile(r"(\d+)(us|ms|s|m|h|d|w)")
EXAMPLES = "with its unit: for example 7d, 90m or 1d12h"
#: Texts that `duration` reads: any of them, and those above 0. YAML takes a bare 7 for a number.
Duration = Annotated[
    str,
    msgspec.Meta(pattern=rf"^(0|({DURATION.pattern})+)$", description=f"a duration {EXAMPLES}"),
]
PositiveDuration = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^(?=.*[1-9])({DURATION.pattern})+$", description=f"a duration above 0 {EXAMPLES}"
    ),
]
#: The latest instant a window can name: "known by the end of time".
END_OF_TIME = 2**63 - 1


def instant(text: str) -> int:
    """Return the instant that an ISO 8601 text with an offset names, in microseconds.

    Raises:
        ConfigError: The text is no such instant, or has no offset.

    >>> instant("1970-01-01T00:00:01Z")
    1000000
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigError(
            f"expected an ISO 8601 time with its offset, got {text!r}",
            hint="for example 2013-03-01T05:00:00Z",
        )
    return since_epoch(moment)


def since_epoch(moment: datetime) -> int:
    """Return an instant with its offset in microseconds, exactly.

    >>> since_epoch(EPOCH + timedelta(days=1)) == DAY
    True
    """
    delta = moment - EPOCH
    return delta.days * DAY + delta.seconds * SECOND + delta.microseconds


def iso(moment: int) -> str:
    """Return an instant as ISO 8601 text in UTC, seconds unless it has a finer part.

    One outside the years 1 to 9999, which ISO 8601 does not reach, is named in words.

    >>> iso(1_000_000)
    '1970-01-01T00:00:01Z'
    >>> iso(END_OF_TIME)
    'the end of time'
    """
    try:
        when = EPOCH + timedelta(microseconds=moment)
    except OverflowError:
        return "the end of time" if moment > 0 else "the beginning of time"
    return f"{when.replace(tzinfo=None).isoformat()}Z"


def to_second(text: str) -> str:
    """Return an ISO 8601 instant without its fraction of a second.

    >>> to_second("2026-11-23T02:04:47.322223Z")
    '2026-11-23T02:04:47Z'
    """
    return readable(instant(text))


def readable(moment: int) -> str:
    """Return an instant for a sentence: as `iso` does, without its fraction of a second.

    >>> readable(1_999_999)
    '1970-01-01T00:00:01Z'
    """
    return iso(moment // SECOND * SECOND)


def duration(text: object) -> int:
    """Return the microseconds of a text such as ``7d``, ``90m`` or ``1d12h``.

    Raises:
        ConfigError: The text is no such duration.

    >>> duration("1d12h") // HOUR
    36
    """
    if text == "0":
        return 0
    parts = DURATION.findall(text) if isinstance(text, str) else []
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ConfigError(
            f"expected a duration, got {text!r}",
            hint=f"for example 7d, 90m, 1d12h; units {', '.join(UNITS)}",
        )
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def rounded_up(microseconds: int) -> str:
    """Return a duration as text, rounded up to whole days, hours or minutes, whichever fits.

    >>> rounded_up(3 * DAY - 1), rounded_up(90 * MINUTE), rounded_up(1)
    ('3d', '2h', '1m')
    """
    unit = next((unit for unit in ("d", "h") if microseconds > UNITS[unit]), "m")
    return f"{max(1, -(-microseconds // UNITS[unit]))}{unit}"
