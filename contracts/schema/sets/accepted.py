"""What a column accepts: the set its checks make together, and the checks no set can stand for.

Checks that mean the same set are the same here: ``ge(0)`` and a range from 0 on differ in nothing.
A pattern, or a check that a package registered, is kept by its words: two such cannot be compared,
but one that came only takes away, and one that went only gives back.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.schema.sets.order import ORDERS, Order
from contracts.schema.sets.spans import Spans, meet, minus, points, spelt
from contracts.schema.sets.texts import Texts, lost

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.schema.check import Check
    from contracts.schema.columns import Column

Args = dict[str, Any]
TEXT = {"str": "text", "category": "text"}


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
    order = ORDERS.get(column.kind)
    known = TEXTS if order is None else SPANS
    opaque = frozenset(words(check) for check in column.checks if check.name not in known)
    sets = [check for check in column.checks if check.name in known]
    if order is None:
        return Accepted(
            domain=TEXT[column.kind],
            null=column.nullable,
            texts=reduce(lambda found, check: TEXTS[check.name](found, check.args), sets, Texts()),
            opaque=opaque,
        )
    whole: Spans = ((order.low, order.high),)
    spans = [SPANS[check.name](order, check.args) for check in sets]
    return Accepted(
        domain=column.kind, null=column.nullable, spans=reduce(meet, spans, whole), opaque=opaque
    )


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


def _from(order: Order, args: Args) -> Spans:
    return ((order.read(args["min_value"]), order.high),)


def _above(order: Order, args: Args) -> Spans:
    return ((order.after(order.read(args["min_value"])), order.high),)


def _to(order: Order, args: Args) -> Spans:
    return ((order.low, order.read(args["max_value"])),)


def _below(order: Order, args: Args) -> Spans:
    return ((order.low, order.before(order.read(args["max_value"]))),)


def _some(name: str, *, kept: bool) -> Callable[[Order, Args], Spans]:
    def spans(order: Order, args: Args) -> Spans:
        values = points((order.read(value) for value in _each(args[name])), order)
        return values if kept else minus(((order.low, order.high),), values, order)

    return spans


def _each(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


#: check: the ordered values that it lets through.
SPANS: dict[str, Callable[[Order, Args], Spans]] = {
    "ge": _from,
    "gt": _above,
    "le": _to,
    "lt": _below,
    "eq": _some("value", kept=True),
    "ne": _some("value", kept=False),
    "isin": _some("allowed_values", kept=True),
    "notin": _some("forbidden_values", kept=False),
    "finite": lambda order, _: ((order.low, order.high),),
}


def _only(texts: Texts, values: Any) -> Texts:
    some = frozenset(_each(values))
    closed = some if texts.closed is None else texts.closed & some
    return msgspec.structs.replace(texts, closed=closed)


def _without(texts: Texts, values: Any) -> Texts:
    return msgspec.structs.replace(texts, without=texts.without | {*_each(values)})


def _length(texts: Texts, args: Args) -> Texts:
    least, most = args.get("min_value"), args.get("max_value")
    ends = [end for end in (texts.most, most) if end is not None]
    return msgspec.structs.replace(
        texts, least=max(texts.least, least or 0), most=min(ends) if ends else None
    )


#: check: the texts that are left of some.
TEXTS: dict[str, Callable[[Texts, Args], Texts]] = {
    "eq": lambda texts, args: _only(texts, args["value"]),
    "isin": lambda texts, args: _only(texts, args["allowed_values"]),
    "ne": lambda texts, args: _without(texts, args["value"]),
    "notin": lambda texts, args: _without(texts, args["forbidden_values"]),
    "str_length": _length,
}
