"""Sets of ordered values as closed spans: their intersection and difference, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.schema.values import Order

#: The least and the greatest value of a span.
Span = tuple[Any, Any]
#: Spans in their order, none touching another.
Spans = tuple[Span, ...]


def intersection(one: Spans, other: Spans) -> Spans:
    """Return the values that lie in both.

    >>> intersection(((0, 5), (8, 9)), ((3, 8),))
    ((3, 5), (8, 8))
    """
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((low, high) for low, high in pairs if low <= high)


def without(one: Spans, other: Spans, order: Order) -> Spans:
    """Return the values that lie in one and not in the other.

    >>> from contracts.schema.values import ORDERS
    >>> without(((0, 9),), ((3, 4),), ORDERS["int"])
    ((0, 2), (5, 9))
    """
    return tuple(part for span in one for part in _outside(span, other, order))


def points(values: Iterable[Any], order: Order) -> Spans:
    """Return single values as spans, neighbours joined.

    >>> from contracts.schema.values import ORDERS
    >>> points([3, 1, 2, 7], ORDERS["int"])
    ((1, 3), (7, 7))
    """
    joined: list[Span] = []
    for value in sorted({*values}):
        if joined and value <= order.after(joined[-1][1]):
            joined[-1] = (joined[-1][0], value)
        else:
            joined.append((value, value))
    return tuple(joined)


def in_words(spans: Spans, order: Order) -> str:
    """Return spans in words.

    >>> from contracts.schema.values import ORDERS
    >>> in_words(without(((0.0, 150.0),), ((0.0, 140.0),), ORDERS["float"]), ORDERS["float"])
    'above 140 to 150'
    """
    return ", ".join(_in_words(span, order) for span in spans)


def _outside(span: Span, cuts: Spans, order: Order) -> Iterator[Span]:
    low, high = span
    for start, end in cuts:
        if end < low or start > high:
            continue
        if start > low:
            yield low, order.before(start)
        low = order.after(end)
        if low > high:
            return
    yield low, high


def _in_words(span: Span, order: Order) -> str:
    low, high = span
    if low == high:
        return order.text(low)
    start = _bound(low, order.before(low), "above", order) if low > order.low else ""
    end = _bound(high, order.after(high), "below", order) if high < order.high else ""
    if not start or not end:
        alone = start or end
        word = "" if alone.startswith(("above", "below")) else ("from " if start else "up to ")
        return f"{word}{alone}" if alone else "every value"
    if not end.startswith("below"):
        return f"{start} to {end}"
    return f"{'' if start.startswith('above') else 'from '}{start} and {end}"


def _bound(value: Any, beyond: Any, word: str, order: Order) -> str:
    """Return a closed bound, or its open neighbour where that is shorter.

    ``above 140`` instead of ``140.00000000000003``.
    """
    written, other = order.text(value), order.text(beyond)
    return f"{word} {other}" if order.dense and len(other) < len(written) else written
