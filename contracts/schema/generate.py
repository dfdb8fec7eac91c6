"""Test inputs from a contract: hypothesis strategies, record by record, from the column model.

The one module that imports hypothesis, which is the extra ``test``. A record here is a mapping in
JSON's types, as it comes off the wire; `wire` makes bytes of it.
"""

from __future__ import annotations

import json
import math
import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from contracts.moment import EPOCH, instant
from contracts.schema.pattern import portable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from contracts.schema.check import Check
    from contracts.schema.column import Column

LOW, HIGH = -(2**63), 2**63 - 1
MAX = sys.float_info.max
#: Values that no column, or nearly none, takes: each kind refuses most of them.
ALIEN: tuple[Any, ...] = (
    None,
    True,
    0,
    1.0,
    -1,
    2**63,
    -(2**63) - 1,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
    0.5,
    "",
    "1",
    "\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}",
    "\ud800",
    "NaN",
    "2013-01-01T00:00:00",
    "2013-01-01",
    "0001-01-01T00:00:00+01:00",
    [],
    {},
)
Strategy = st.SearchStrategy


def wire(record: Mapping[str, Any]) -> bytes:
    """Return a record as JSON; NaN and infinities as the words that Python writes for them."""
    return json.dumps(record).encode()


def accepted(columns: Iterable[Column]) -> Strategy[dict[str, Any]]:
    """Return a strategy for records that the contract accepts, boundaries among them."""
    return st.fixed_dictionaries({column.name: values(column) for column in columns})


def records(columns: Iterable[Column]) -> Strategy[dict[str, Any]]:
    """Return a strategy for records of every sort: accepted ones, and ones with a fault or two."""
    columns = tuple(columns)
    fault = st.one_of(*(_faulty(column) for column in columns), st.just(("unknown", 1)))
    faults = st.lists(fault, max_size=2)
    return st.builds(_with, accepted(columns), faults)


def values(column: Column) -> Strategy[Any]:
    """Return a strategy for the values that a column accepts."""
    edges = boundaries(column)
    free = FREE[column.kind](column)
    return st.one_of(free, st.sampled_from(edges)) if edges else free


def boundaries(column: Column) -> list[Any]:
    """Return the outermost values that a column still accepts."""
    edges = [edge for check in column.checks for edge in EDGES[check.name](column, check)[0]]
    if column.kind == "float":
        low, high = _bounds(column, low=-MAX, high=MAX)
        edges = [edge for edge in edges if low <= edge <= high]
    return [*edges, None] if column.nullable else edges


def violations(column: Column) -> list[tuple[str, Any]]:
    """Return (check, value) for values that just violate a check, at least one for each check."""
    found = [
        (check.name, value)
        for check in column.checks
        for value in EDGES[check.name](column, check)[1]
    ]
    return found if column.nullable else [*found, ("not null", None)]


def _faulty(column: Column) -> Strategy[tuple[str, Any]]:
    bad = [value for _, value in violations(column)]
    return st.tuples(st.just(column.name), st.sampled_from([*bad, *ALIEN, ...]))


def _with(record: dict[str, Any], faults: list[tuple[str, Any]]) -> dict[str, Any]:
    faulty = {**record, **dict(faults)}
    return {name: value for name, value in faulty.items() if value is not ...}


def _bounds(column: Column, *, low: Any, high: Any) -> tuple[Any, Any]:
    """Return the least and the greatest value that a column of an ordered kind accepts."""
    for check in column.checks:
        if check.name in {"ge", "gt"}:
            low = EDGES[check.name](column, check)[0][0]
        elif check.name in {"le", "lt"}:
            high = EDGES[check.name](column, check)[0][0]
    return low, high


def _ints(column: Column) -> Strategy[Any]:
    if column.values:
        return st.sampled_from(column.values)
    return st.integers(*_bounds(column, low=LOW, high=HIGH))


def _floats(column: Column) -> Strategy[Any]:
    return st.floats(*_bounds(column, low=-MAX, high=MAX), allow_nan=False, allow_infinity=False)


def _texts(column: Column) -> Strategy[Any]:
    length = column.args("str_length") or {}
    low, high = length.get("min_value", 0), length.get("max_value")
    matches = column.args("str_matches")
    if matches is None:
        return st.text(st.characters(codec="utf-8"), min_size=low, max_size=high)
    fit = st.from_regex(portable(matches["pattern"]))
    return fit.filter(lambda text: low <= len(text) <= (high or len(text)))


def _datetimes(column: Column) -> Strategy[Any]:
    low, high = _bounds(column, low="0001-01-01T00:00:00Z", high="9999-12-31T23:59:59.999999Z")
    span = instant(high) - instant(low)
    return st.integers(0, span).map(lambda past: _iso(instant(low) + past))


def _iso(moment: int) -> str:
    return (EPOCH + timedelta(microseconds=moment)).isoformat()


FREE: dict[str, Callable[[Column], Strategy[Any]]] = {
    "int": _ints,
    "float": _floats,
    "bool": lambda _: st.booleans(),
    "str": _texts,
    "category": lambda column: st.sampled_from(column.values),
    "datetime": _datetimes,
}


def _next(column: Column, bound: Any, *, up: bool) -> Any:
    """Return the neighbour of a bound among the values of the column's kind."""
    if column.kind == "datetime":
        return _iso(instant(bound) + (1 if up else -1))
    if column.kind == "int":
        return bound + (1 if up else -1)
    return math.nextafter(float(bound), math.inf if up else -math.inf)


def _edge(*, up: bool, closed: bool) -> Callable[[Column, Check], tuple[list[Any], list[Any]]]:
    def edges(column: Column, check: Check) -> tuple[list[Any], list[Any]]:
        (bound,) = check.args.values()
        if closed:
            return [bound], [_next(column, bound, up=not up)]
        return [_next(column, bound, up=up)], [bound]

    return edges


def _set(column: Column, _check: Check) -> tuple[list[Any], list[Any]]:
    if column.kind == "int":
        return [*column.values], [max(column.values) + 1]
    return [*column.values], ["", "no such category", f"{column.values[0]} "]


def _lengths(column: Column, check: Check) -> tuple[list[Any], list[Any]]:
    face = "\N{GRINNING FACE}"  # one character, two UTF-16 units, four bytes
    low, high = check.args.get("min_value", 0), check.args.get("max_value")
    outside = [face * (low - 1)] if low else []
    inside = [face * low]
    if high is not None:
        outside, inside = [*outside, face * (high + 1)], [*inside, face * high]
    return [] if column.args("str_matches") else inside, outside


def _matches(_column: Column, check: Check) -> tuple[list[Any], list[Any]]:
    form = re.compile(portable(check.args["pattern"]))
    return [], [text for text in ("", "\n", check.args["pattern"]) if not form.search(text)]


EDGES: dict[str, Callable[[Column, Check], tuple[list[Any], list[Any]]]] = {
    "ge": _edge(up=True, closed=True),
    "gt": _edge(up=True, closed=False),
    "le": _edge(up=False, closed=True),
    "lt": _edge(up=False, closed=False),
    "isin": _set,
    "str_length": _lengths,
    "str_matches": _matches,
    "finite": lambda *_: ([MAX, -MAX, -0.0, 5e-324], [math.inf, -math.inf, math.nan]),
}
