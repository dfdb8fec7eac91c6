"""Test inputs from a contract: hypothesis strategies, record by record, from the column model.

A record here is a mapping in JSON's types, as it comes off the wire; `edges.wire` makes bytes of
it. Hypothesis is the extra ``prove``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from contracts.moment import iso
from contracts.schema.checks.condition import limits
from contracts.schema.edges import (
    ALIEN,
    boundaries,
    combinations,
    keeps,
    together,
    unknown,
    violations,
)
from contracts.schema.values import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.schema.columns import Column, Columns

UNICODE = st.characters(codec="utf-8")
Strategy = st.SearchStrategy


def accepted(columns: Columns) -> Strategy[dict[str, Any]]:
    """Return a strategy for records that the contract accepts, boundaries among them."""
    free = st.fixed_dictionaries({column.name: values(column) for column in columns})
    kept = [values for _, holds, values in combinations(columns) if holds]
    if not columns.row_checks:
        return free
    edges = st.builds(_edged, free, st.sampled_from(kept or [{}]))
    return st.one_of(free, edges).filter(lambda record: together(columns, record))


def records(columns: Columns) -> Strategy[dict[str, Any]]:
    """Return a strategy for records of every sort: accepted ones, and ones with a fault or two."""
    good = accepted(columns)
    fault = st.one_of(
        *(_faulty(column) for column in columns),
        st.just((unknown(columns.names), 1)),
    )
    sorts = [good, st.builds(_with, good, st.lists(fault, min_size=1, max_size=2))]
    apart = [values for _, holds, values in combinations(columns) if not holds]
    if apart:
        sorts.append(st.builds(_edged, good, st.sampled_from(apart)))
    return st.one_of(sorts)


def values(column: Column) -> Strategy[Any]:
    """Return a strategy for the values that a column accepts."""
    bounds = limits(column.conditions, column.kind)
    if "values" in bounds:
        free: Strategy[Any] = st.sampled_from(bounds["values"])
    else:
        free = FREE[column.kind](column.kind, bounds)
    free = free.filter(lambda value: keeps(column, value)) if column.checks else free
    edges = boundaries(column)
    return st.one_of(free, st.sampled_from(edges)) if edges else free


def _faulty(column: Column) -> Strategy[tuple[str, Any]]:
    bad = [value for _, value in violations(column)]
    return st.tuples(st.just(column.name), st.sampled_from([*bad, *ALIEN, ...]))


def _with(record: dict[str, Any], faults: list[tuple[str, Any]]) -> dict[str, Any]:
    faulty = {**record, **dict(faults)}
    return {name: value for name, value in faulty.items() if value is not ...}


def _edged(record: dict[str, Any], edge: dict[str, Any]) -> dict[str, Any]:
    return {**record, **edge}


def _ints(kind: str, bounds: dict[str, Any]) -> Strategy[Any]:
    return st.integers(*span(kind, bounds))


def _floats(kind: str, bounds: dict[str, Any]) -> Strategy[Any]:
    return st.floats(*span(kind, bounds), allow_nan=False, allow_infinity=False)


def _datetimes(kind: str, bounds: dict[str, Any]) -> Strategy[Any]:
    low, high = span(kind, bounds)
    return st.integers(0, high - low).map(lambda past: iso(low + past))


def _texts(_kind: str, bounds: dict[str, Any]) -> Strategy[Any]:
    if "pattern" in bounds:
        return st.from_regex(bounds["pattern"], alphabet=UNICODE)
    start, end = bounds.get("prefix", ""), bounds.get("suffix", "")
    low, high = bounds.get("min_length", 0), bounds.get("max_length")
    taken = len(start) + len(end)
    free = st.text(
        UNICODE,
        min_size=max(0, low - taken),
        max_size=None if high is None else max(0, high - taken),
    )
    if "part" in bounds:
        found = st.from_regex(bounds["part"], fullmatch=True, alphabet=UNICODE)
        free = st.one_of(found, st.tuples(free, found, free).map("".join))
    return st.builds(lambda middle: f"{start}{middle}{end}", free)


FREE: dict[str, Callable[[str, dict[str, Any]], Strategy[Any]]] = {
    "int": _ints,
    "float": _floats,
    "bool": lambda *_: st.booleans(),
    "str": _texts,
    "datetime": _datetimes,
}
