"""The values that a check's arguments may name, by the kind of column."""

from __future__ import annotations

import math
import re
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from contracts.moment import EPOCH, instant

if TYPE_CHECKING:
    from collections.abc import Mapping

INT64 = range(-(2**63), 2**63)
MAX = sys.float_info.max
ORDERED = frozenset({"int", "float", "datetime"})
#: The least and the greatest value of each kind that has an order.
WIDEST: dict[str, tuple[Any, Any]] = {
    "int": (INT64[0], INT64[-1]),
    "float": (-MAX, MAX),
    "datetime": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
}
#: The form that pandas, Python and the wire read alike, to the microsecond and no further.
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-5][0-9])"
)


def fits(kind: str, value: Any) -> bool:
    """Return whether a check's argument is a value of a kind of column.

    >>> fits("int", 2**63), fits("float", 1), fits("datetime", "2013-01-01T00:00:00Z")
    (False, True, True)
    """
    if kind == "int":
        return type(value) is int and value in INT64
    if kind == "float":
        return type(value) in {int, float} and abs(value) <= MAX and float(value) == value
    if kind == "bool":
        return type(value) is bool
    return type(value) is str and (_instant(value) if kind == "datetime" else unicode(value))


def unicode(text: str) -> bool:
    """Return whether a text is one for Arrow and JSON too: no half characters (surrogates)."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@lru_cache(maxsize=1024)  # those of checks are few; of those tried there is no end
def moment(text: str) -> datetime:
    """Return the instant of a text in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def plain(value: Any) -> Any:
    """Return an argument as a record holds such a value: the text of an instant as one.

    Only for arguments of kinds that are ordered, where a text can be nothing else.
    """
    return moment(value) if isinstance(value, str) else value


def iso(microseconds: int) -> str:
    """Return an instant, in microseconds since 1970, as the ISO 8601 text of a record."""
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat()


def beside(kind: str, bound: Any, *, up: bool) -> list[Any]:
    """Return the neighbour of a value of an ordered kind, as a list: the last instant has none."""
    if kind == "datetime":
        try:
            return [iso(instant(bound) + (1 if up else -1))]
        except OverflowError:
            return []
    if kind == "int":
        return [bound + (1 if up else -1)]
    return [math.nextafter(float(bound), math.inf if up else -math.inf)]


def span(kind: str, limits: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the least and the greatest value of an ordered kind within limits.

    They are the other way round where no value lies between.
    """
    low, high = WIDEST[kind]
    least, most = [low], [high]
    if "ge" in limits:
        least = [limits["ge"]]
    elif "gt" in limits:
        least = beside(kind, limits["gt"], up=True)
    if "le" in limits:
        most = [limits["le"]]
    elif "lt" in limits:
        most = beside(kind, limits["lt"], up=False)
    return (least[0], most[0]) if least and most else (high, low)


def _instant(text: str) -> bool:
    try:
        return INSTANT.fullmatch(text) is not None and bool(moment(text))
    except (ValueError, OverflowError):
        return False
