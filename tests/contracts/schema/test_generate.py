"""Generated records: those that are to be accepted are, and the others are of every sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings

from contracts.errors import DataError
from contracts.schema import edges, generate
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy


def drawn(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    """Return what a strategy gives, the same each time."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def refusals(decode: Callable[[bytes], Any], records: list[dict[str, Any]]) -> int:
    """Return how many of the records a decoder refuses."""
    refused = 0
    for record in records:
        try:
            decode(edges.wire(record))
        except DataError:
            refused += 1
    return refused


def test_accepted_records_are_accepted(schema: Columns) -> None:
    """By the compiled type, whatever the kinds and checks, between columns too."""
    assert refusals(RecordDecoder(schema).decode, drawn(generate.accepted(schema), 60)) == 0


def test_records_are_of_both_sorts(schema: Columns) -> None:
    """Neither the accepted nor the faulty ones are rare."""
    records = drawn(generate.records(schema), 100)
    assert 20 < refusals(RecordDecoder(schema).decode, records) < 90


def test_texts_under_several_checks_are_found() -> None:
    """Start, end, part and length together are drawn, not waited for."""
    checks = (
        check.str_startswith("N-"),
        check.str_endswith("!"),
        check.str_contains("[0-9]{3}"),
        check.str_length(7, 20),
    )
    column = Column(name="tail", kind="str", checks=checks)
    texts = drawn(generate.values(column), 50)
    assert len({*texts}) > 20
    assert all(edges.accepts(column, text) for text in texts)


def test_records_in_a_rare_order_are_found() -> None:
    """Where columns hardly overlap, their edges stand in for what is seldom drawn."""
    schema = Columns(
        (
            Column(name="low", kind="int", checks=(check.ge(0), check.le(10**9))),
            Column(name="high", kind="int", checks=(check.ge(-(10**9)), check.le(1))),
        ),
        row_checks=(check.ordered("low", "high"),),
    )
    found = drawn(generate.accepted(schema), 30)
    assert all(0 <= each["low"] <= each["high"] <= 1 for each in found)


def test_null_and_boundaries_are_among_the_values() -> None:
    """A nullable column gives null, a bounded one its bounds."""
    column = Column(name="x", kind="int", nullable=True, checks=(check.ge(-5), check.le(10**6)))
    assert {None, -5, 10**6} <= {*drawn(generate.values(column), 60)}


def test_a_fault_is_a_field_that_is_wrong_missing_or_unknown() -> None:
    """All three come up."""
    records = drawn(generate.records(Columns([Column(name="x", kind="bool")])), 200)
    assert any("x" not in record for record in records)
    assert any("unknown" in record for record in records)
    assert any(not isinstance(record.get("x", True), bool) for record in records)
