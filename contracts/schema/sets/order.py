"""Values that stand in a row, each with a next one: what a column of a kind may hold at most.

Floating-point numbers and instants are countable as integers are, so an open end is the closed end
beside it, and two sets of values can be compared exactly.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from contracts.moment import EPOCH, SECOND, instant, iso


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A kind's values in their order.

    Attributes:
        low: The least of all.
        high: The greatest.
        read: A check's argument as such a value.
        after: The next greater value, or one that is past ``high``.
        before: The next smaller one.
        spell: A value as text.
        dense: Whether a bound's neighbour is no bound that a person would write.
    """

    low: Any
    high: Any
    read: Callable[[Any], Any]
    after: Callable[[Any], Any]
    before: Callable[[Any], Any]
    spell: Callable[[Any], str]
    dense: bool = False


def _microseconds(moment: datetime) -> int:
    past = moment - EPOCH
    return (past.days * 86_400 + past.seconds) * SECOND + past.microseconds


def _number(value: float) -> str:
    return repr(value + 0.0).removesuffix(".0")  # no zero has a sign


ORDERS: dict[str, Order] = {
    "int": Order(
        low=-(2**63),
        high=2**63 - 1,
        read=int,
        after=lambda value: value + 1,
        before=lambda value: value - 1,
        spell=str,
    ),
    "float": Order(
        low=-sys.float_info.max,
        high=sys.float_info.max,
        read=float,
        after=lambda value: math.nextafter(value, math.inf),
        before=lambda value: math.nextafter(value, -math.inf),
        spell=_number,
        dense=True,
    ),
    "bool": Order(
        low=0,
        high=1,
        read=int,
        after=lambda value: value + 1,
        before=lambda value: value - 1,
        spell=lambda value: str(bool(value)).lower(),
    ),
    "datetime": Order(
        low=_microseconds(datetime.min.replace(tzinfo=UTC)),
        high=_microseconds(datetime.max.replace(tzinfo=UTC)),
        read=instant,
        after=lambda value: value + 1,
        before=lambda value: value - 1,
        spell=iso,
        dense=True,
    ),
}
