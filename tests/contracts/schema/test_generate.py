"""Generated records: accepted ones, and ones with faults of every sort."""

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
    """Return values that a strategy draws, the same each time."""
    values: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def collect(value: Any) -> None:
        values.append(value)

    collect()
    return values


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
    """The compiled type accepts them, whatever the kinds and checks, between columns too."""
    assert refusals(RecordDecoder(schema).decode, drawn(generate.accepted(schema), 60)) == 0


def test_records_are_of_both_sorts(schema: Columns) -> None:
    """Neither the accepted nor the faulty ones are rare."""
    records = drawn(generate.records(schema), 100)
    assert 20 < refusals(RecordDecoder(schema).decode, records) < 90


def test_texts_under_several_checks_are_drawn() -> None:
    """Start, end, part and length are built in, so that few drawn texts are thrown away."""
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


def test_records_in_a_rare_order_are_drawn() -> None:
    """Where columns hardly overlap, their edges are combined."""
    schema = Columns(
        (
            Column(name="low", kind="int", checks=(check.ge(0), check.le(10**9))),
            Column(name="high", kind="int", checks=(check.ge(-(10**9)), check.le(1))),
        ),
        row_checks=(check.ordered("low", "high"),),
    )
    records = drawn(generate.accepted(schema), 30)
    assert all(0 <= each["low"] <= each["high"] <= 1 for each in records)


def test_null_and_boundaries_are_among_the_values() -> None:
    """Those of a nullable column include null, of a bounded one its bounds."""
    column = Column(name="x", kind="int", nullable=True, checks=(check.ge(-5), check.le(10**6)))
    assert {None, -5, 10**6} <= {*drawn(generate.values(column), 60)}


def test_a_fault_is_a_field_that_is_wrong_missing_or_unknown() -> None:
    """Records of all three sorts are drawn."""
    records = drawn(generate.records(Columns([Column(name="x", kind="bool")])), 200)
    assert any("x" not in record for record in records)
    assert any("unknown" in record for record in records)
    assert any(not isinstance(record.get("x", True), bool) for record in records)
