"""Test inputs from a contract: hypothesis strategies, record by record, from the column model.

A record here is a mapping in JSON's types, as it comes off the wire; `edges.wire` makes bytes of
it. Hypothesis is the extra ``prove``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from contracts.moment import iso
from contracts.schema import edges
from contracts.schema.checks.condition import limits
from contracts.schema.values import span

if TYPE_CHECKING:
    from contracts.schema.columns import Column, Columns

#: All that UTF-8 encodes: all but surrogates. By `codec` hypothesis finds that out in two seconds.
UNICODE = st.characters(exclude_categories=["Cs"])
Strategy = st.SearchStrategy


def accepted(columns: Columns) -> Strategy[dict[str, Any]]:
    """Return a strategy for records that the contract accepts, boundaries among them."""
    free = st.fixed_dictionaries({column.name: values(column) for column in columns})
    if not columns.row_checks:
        return free
    holding = [values for _, holds, values in edges.combinations(columns) if holds]
    at_edges = st.builds(_replaced, free, st.sampled_from(holding or [{}]))
    return st.one_of(free, at_edges).filter(lambda record: edges.rows_hold(columns, record))


def records(columns: Columns) -> Strategy[dict[str, Any]]:
    """Return a strategy for records of every sort: accepted ones, and ones with a fault or two."""
    good = accepted(columns)
    fault = st.one_of(*map(_faulty, columns), st.just((edges.unknown(columns.names), 1)))
    sorts = [good, st.builds(_with_faults, good, st.lists(fault, min_size=1, max_size=2))]
    violating = [values for _, holds, values in edges.combinations(columns) if not holds]
    if violating:
        sorts.append(st.builds(_replaced, good, st.sampled_from(violating)))
    return st.one_of(sorts)


def values(column: Column) -> Strategy[Any]:
    """Return a strategy for the values that a column accepts."""
    free = _free(column.kind, limits(column.conditions, column.kind))
    free = free.filter(lambda value: edges.accepts(column, value)) if column.checks else free
    bounds = edges.boundaries(column)
    return st.one_of(free, st.sampled_from(bounds)) if bounds else free


def _faulty(column: Column) -> Strategy[tuple[str, Any]]:
    """Return a strategy for a field and a value that is wrong; ``...`` leaves the field out."""
    bad = [value for _, value in edges.violations(column)]
    return st.tuples(st.just(column.name), st.sampled_from([*bad, *edges.ALIEN, ...]))


def _with_faults(record: dict[str, Any], faults: list[tuple[str, Any]]) -> dict[str, Any]:
    faulty = {**record, **dict(faults)}
    return {name: value for name, value in faulty.items() if value is not ...}


def _replaced(record: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    return {**record, **values}


def _free(kind: str, bounds: dict[str, Any]) -> Strategy[Any]:
    """Return a strategy for the values of a kind within limits."""
    if "values" in bounds:
        return st.sampled_from(bounds["values"])
    if kind == "bool":
        return st.booleans()
    if kind == "str":
        return _texts(bounds)
    low, high = span(kind, bounds)
    if kind == "int":
        return st.integers(low, high)
    if kind == "float":
        return st.floats(low, high, allow_nan=False, allow_infinity=False)
    return st.integers(0, high - low).map(lambda past: iso(low + past))


def _texts(bounds: dict[str, Any]) -> Strategy[Any]:
    if "pattern" in bounds:
        return st.from_regex(bounds["pattern"], alphabet=UNICODE)
    start, end = bounds.get("prefix", ""), bounds.get("suffix", "")
    low, high = bounds.get("min_length", 0), bounds.get("max_length")
    fixed = len(start) + len(end)
    free = st.text(
        UNICODE,
        min_size=max(0, low - fixed),
        max_size=None if high is None else max(0, high - fixed),
    )
    if "part" in bounds:
        part = st.from_regex(bounds["part"], fullmatch=True, alphabet=UNICODE)
        free = st.one_of(part, st.tuples(free, part, free).map("".join))
    return st.builds(lambda middle: f"{start}{middle}{end}", free)
