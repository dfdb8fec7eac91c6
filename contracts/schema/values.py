"""The values of each kind of column: which there are, and, where they have an order, which is next.

Floats and instants are countable as integers are: each has a next one. So an open end is the
closed end beside it, and two sets of values can be compared exactly.
"""

from __future__ import annotations

import json
import math
import operator
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.moment import instant, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

INT64 = range(-(2**63), 2**63)
MAX = sys.float_info.max
#: Kinds whose values a check can bound.
ORDERED = frozenset({"int", "float", "datetime"})
#: The form that pandas, Python and the wire read alike, to the microsecond and no further.
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-5][0-9])"
)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a kind in their order, as Python compares them.

    Attributes:
        low: The least of all.
        high: The greatest.
        read: Returns a check's argument as such a value: an instant's text as microseconds.
        write: Returns such a value as JSON has it.
        step: Returns the neighbour of a value, above for 1 and below for -1; it may lie outside.
        dense: Whether the neighbour of a bound is not one that a person would write.
    """

    low: Any
    high: Any
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    step: Callable[[Any, int], Any] = operator.add
    dense: bool = False

    def after(self, value: Any) -> Any:
        """Return the next greater value."""
        return self.step(value, 1)

    def before(self, value: Any) -> Any:
        """Return the next smaller value."""
        return self.step(value, -1)

    def text(self, value: Any) -> str:
        """Return a value as a person would write it."""
        return json.dumps(self.write(value)).strip('"').removesuffix(".0")


ORDERS: dict[str, Order] = {
    "int": Order(low=INT64[0], high=INT64[-1], read=int, write=int),
    "bool": Order(low=0, high=1, read=int, write=bool),
    "float": Order(
        low=-MAX,
        high=MAX,
        read=float,
        write=lambda value: value + 0.0,  # no zero has a sign
        step=lambda value, sign: math.nextafter(value, sign * math.inf),
        dense=True,
    ),
    "datetime": Order(
        low=instant("0001-01-01T00:00:00Z"),
        high=instant("9999-12-31T23:59:59.999999Z"),
        read=instant,
        write=iso,
        dense=True,
    ),
}


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


def _instant(text: str) -> bool:
    try:
        return INSTANT.fullmatch(text) is not None and bool(moment(text))
    except (ValueError, OverflowError):
        return False


def unicode(text: str) -> bool:
    """Return whether Arrow and JSON take a text: it has no lone surrogates (half characters)."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@lru_cache(maxsize=1024)  # checks have few; what is tried against them is without end
def moment(text: str) -> datetime:
    """Return the instant of a text in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def plain(value: Any) -> Any:
    """Return an argument as a record holds such a value: the text of an instant as a datetime.

    Only for arguments of kinds that are ordered, where a text can be nothing else.
    """
    return moment(value) if isinstance(value, str) else value


def beside(kind: str, value: Any, *, up: bool) -> list[Any]:
    """Return the neighbour of a value in JSON's types, as a list: the last instant has none."""
    order = ORDERS[kind]
    near = order.step(order.read(value), 1 if up else -1)
    if kind == "datetime" and not order.low <= near <= order.high:
        return []
    return [order.write(near)]


def neighbours(kind: str, value: Any) -> list[Any]:
    """Return the values of an ordered kind on either side of one, in JSON's types."""
    return beside(kind, value, up=False) + beside(kind, value, up=True)


def span(kind: str, limits: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the least and the greatest value of an ordered kind within limits.

    Both are as the kind's `Order` compares them; the least is the greater of the two where no
    value lies between the limits.
    """
    order = ORDERS[kind]
    low, high = order.low, order.high
    if "ge" in limits:
        low = order.read(limits["ge"])
    elif "gt" in limits:
        low = order.after(order.read(limits["gt"]))
    if "le" in limits:
        high = order.read(limits["le"])
    elif "lt" in limits:
        high = order.before(order.read(limits["lt"]))
    return low, high
