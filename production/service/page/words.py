"""How times, durations and figures are written on the console."""

from __future__ import annotations

from typing import Any

import msgspec

from contracts.host.controls import printable
from contracts.moment import DAY, HOUR, MINUTE, SECOND, iso
from contracts.report.table import significant

#: The longest value of a detail that is shown whole.
LONGEST = 160
#: What stands for none.
NONE = "\N{EN DASH}"
UNITS = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND))


def moment(at: int) -> str:
    """Return an instant to the minute, UTC.

    >>> moment(1384491540000000)
    '2013-11-15 04:59'
    """
    return f"{day(at)} {clock(at)}"


def day(at: int) -> str:
    """Return an instant's day, or what it is instead of one."""
    return iso(at).partition("T")[0]


def clock(at: int) -> str:
    """Return an instant's hour and minute, UTC."""
    return iso(at).partition("T")[2][:5]


def span(microseconds: float) -> str:
    """Return a duration in its two largest units.

    >>> span(9_570_000_000), span(90 * SECOND), span(2 * DAY), span(0)
    ('2 h 39 min', '1 min 30 s', '2 d', '0 s')
    """
    left = round(microseconds / SECOND) * SECOND
    sign = "-" if left < 0 else ""
    left, parts = abs(left), list[str]()
    for name, unit in UNITS:
        count, rest = divmod(left, unit)
        if count and len(parts) < 2:
            parts.append(f"{count} {name}")
            left = rest
        elif parts:
            break
    return sign + (" ".join(parts) or "0 s")


def brief(microseconds: float) -> str:
    """Return a duration in the unit that fits.

    >>> brief(9_570_000_000), brief(90 * SECOND), brief(2 * DAY), brief(760 * DAY)
    ('2.7 h', '1.5 min', '2 d', '760 d')
    """
    name, unit = next((each for each in UNITS if microseconds >= each[1]), UNITS[-1])
    return f"{significant(microseconds / unit, 2)} {name}"


def seconds(value: float) -> str:
    """Return a number of seconds in the unit that fits.

    >>> seconds(0.00042), seconds(0.0123), seconds(2.5), seconds(5400)
    ('420 µs', '12.3 ms', '2.5 s', '5,400 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size or unit == "µs":
            return f"{significant(value / size, 3)} {unit}"
    raise AssertionError


def number(value: float) -> str:
    """Return a rate: whole from 10 on.

    >>> number(1234.5), number(0.5)
    ('1,234', '0.5')
    """
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def count(value: float) -> str:
    """Return a count."""
    return f"{value:,}"


def percent(share: float) -> str:
    """Return a share in percent.

    >>> percent(0.25), percent(1.0), percent(0.004)
    ('25%', '100%', '0.4%')
    """
    return f"{significant(share * 100, 3)}%"


def score(value: float | None) -> str:
    """Return a metric's value, with a dash for none.

    >>> score(0.52431), score(23456.7)
    ('0.5243', '23,457')
    """
    return NONE if value is None else significant(value, 4)


def short(value: Any) -> str:
    """Return any value of a record on one line, cut where it is too long.

    >>> short(0.123456), short({"a": 1}), short(12345)
    ('0.1235', '{"a":1}', '12,345')
    """
    if value is None or isinstance(value, bool):
        return NONE if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else str(value)
    if isinstance(value, float):
        return significant(value, 4)
    text = value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_json(value: Any) -> str:
    """Return a record as JSON, its numbers with as many digits as a picture needs."""
    return msgspec.json.encode(_rounded(msgspec.to_builtins(value))).decode()


def shown(value: Any) -> Any:
    """Return a value to be shown: of text, control characters are escaped."""
    return printable(value) if type(value) is str else value


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
