"""What a column accepts: the set its checks make together, and the checks no set can stand for.

Checks that mean the same set are the same here: ``ge(0)`` and a range from 0 on differ in nothing.
A pattern, or a check that a package registered, is compared by its words: two such cannot be
compared, but one that came only takes away, and one that went only gives back.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.schema.checks.registry import stated
from contracts.schema.sets.spans import Spans, meet, minus, points, spelt
from contracts.schema.sets.texts import Texts, lost
from contracts.schema.values import ORDERS, span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.schema.check import Check
    from contracts.schema.columns import Column

#: The limits of a check that make a set.
COMPARED = {"ge", "gt", "le", "lt", "values", "without", "min_length", "max_length"}


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The values that a column accepts.

    Attributes:
        domain: The kind, ``text`` for texts whether their set is closed or not.
        null: Whether null is one.
        spans: The ordered values.
        texts: The texts.
        opaque: The checks besides, in words: nothing tells which values they refuse.
    """

    domain: str
    null: bool
    spans: Spans = ()
    texts: Texts = Texts()
    opaque: frozenset[str] = frozenset()


def accepted(column: Column) -> Accepted:
    """Return what a column accepts."""
    limits, opaque = [], set()
    for check, condition in zip(column.checks, column.conditions, strict=True):
        own = stated(condition, column.kind)
        if own is None or not own.keys() <= COMPARED:
            opaque.add(words(check))
        else:
            limits.append(own)
    either: dict[str, Any]
    if column.kind in ORDERS:
        spans = (_spans(column.kind, each) for each in ({}, *limits))
        either = {"domain": column.kind, "spans": reduce(meet, spans)}
    else:
        either = {"domain": "text", "texts": reduce(Texts.within, limits, Texts())}
    return Accepted(null=column.nullable, opaque=frozenset(opaque), **either)


def refused(old: Accepted, new: Accepted) -> str:
    """Return in words what old accepts and new does not, whatever the opaque checks do.

    Both are of one domain; empty where new accepts all that old does.
    """
    order = ORDERS.get(old.domain)
    if order is None:
        return ", ".join(lost(old.texts, new.texts))
    return spelt(minus(old.spans, new.spans, order), order)


def words(check: Check) -> str:
    """Return a check in words, its arguments in one order."""
    args = ", ".join(f"{name}={check.args[name]!r}" for name in sorted(check.args))
    return f"{check.name}({args})"


def _spans(kind: str, limits: Mapping[str, Any]) -> Spans:
    """Return the values of an ordered kind within the limits of one check."""
    order = ORDERS[kind]
    if "values" in limits:
        return points(map(order.read, limits["values"]), order)
    low, high = span(kind, limits)
    left_out = points(map(order.read, limits.get("without", ())), order)
    return minus(((low, high),), left_out, order) if low <= high else ()
