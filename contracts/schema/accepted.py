"""What a column accepts: the set its checks make together, and the checks no set can stand for.

Two versions of a schema are compared by these sets. Checks that mean the same set are the same
here: ``ge(0)`` and a range from 0 on differ in nothing. A pattern, or a check that a package
registered, is compared by its words: two such cannot be compared, but one that came only takes
away, and one that went only gives back.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.schema.checks.registry import stated
from contracts.schema.spans import Spans, in_words, intersection, points, without
from contracts.schema.values import ORDERS, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.schema.check import Check
    from contracts.schema.columns import Column

#: The limits of a check that make a set.
COMPARED = {"ge", "gt", "le", "lt", "values", "without", "min_length", "max_length"}
#: Texts that a line names before it counts the rest.
NAMED = 8


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """A set of texts: a closed one, or all of some length, a few left out.

    Attributes:
        closed: The closed set; None where any text may come.
        without: Texts left out.
        least: The fewest characters, Unicode code points.
        most: The most; None for any number.
    """

    closed: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    least: int = 0
    most: int | None = None

    def accepts(self, text: str) -> bool:
        """Return whether a text is in the set."""
        return (
            (self.closed is None or text in self.closed)
            and text not in self.without
            and self.least <= len(text)
            and (self.most is None or len(text) <= self.most)
        )

    def within(self, limits: Mapping[str, Any]) -> Texts:
        """Return the texts of this set that lie within the limits of a check."""
        closed, most = self.closed, [self.most, limits.get("max_length")]
        if "values" in limits:
            values = frozenset(limits["values"])
            closed = values if closed is None else closed & values
        return Texts(
            closed=closed,
            without=self.without | {*limits.get("without", ())},
            least=max(self.least, limits.get("min_length", 0)),
            most=min((each for each in most if each is not None), default=None),
        )


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The values that a column accepts.

    Attributes:
        domain: The kind, ``text`` for texts whether their set is closed or not.
        null: Whether null is one.
        spans: The values, where the kind has an order.
        texts: The values, where they are texts.
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
    values: dict[str, Any]
    if column.kind in ORDERS:
        spans = (_spans(column.kind, each) for each in ({}, *limits))
        values = {"domain": column.kind, "spans": reduce(intersection, spans)}
    else:
        values = {"domain": "text", "texts": reduce(Texts.within, limits, Texts())}
    return Accepted(null=column.nullable, opaque=frozenset(opaque), **values)


def refused(old: Accepted, new: Accepted) -> str:
    """Return in words what old accepts and new does not, whatever the opaque checks do.

    Both are of one domain; empty where new accepts all that old does.
    """
    order = ORDERS.get(old.domain)
    if order is None:
        return ", ".join(_refused_texts(old.texts, new.texts))
    return in_words(without(old.spans, new.spans, order), order)


def words(check: Check) -> str:
    """Return a check in words, its arguments in one order."""
    args = ", ".join(f"{name}={check.args[name]!r}" for name in sorted(check.args))
    return f"{check.name}({args})"


def named(texts: list[str]) -> str:
    """Return texts in quotes, a long list by its first ones and a count.

    >>> named([*"abcdefghij"]), named([])
    ("'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more", 'none')
    """
    shown = ", ".join(map(repr, texts[:NAMED]))
    more = len(texts) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown or "none"


def _spans(kind: str, limits: Mapping[str, Any]) -> Spans:
    """Return the values of an ordered kind within the limits of one check."""
    order = ORDERS[kind]
    if "values" in limits:
        return points(map(order.read, limits["values"]), order)
    low, high = span(kind, limits)
    left_out = points(map(order.read, limits.get("without", ())), order)
    return without(((low, high),), left_out, order) if low <= high else ()


def _refused_texts(old: Texts, new: Texts) -> Iterator[str]:
    """Yield what old accepts and new does not, a phrase each."""
    if old.closed is not None:
        gone = sorted(text for text in old.closed if old.accepts(text) and not new.accepts(text))
    elif new.closed is not None:
        yield f"any text but {named(sorted(filter(new.accepts, new.closed)))}"
        return
    else:
        if new.least > old.least:
            yield f"shorter than {new.least} characters"
        if new.most is not None and (old.most is None or new.most < old.most):
            yield f"longer than {new.most} characters"
        gone = sorted(text for text in new.without if old.accepts(text))
    if gone:
        yield named(gone)
