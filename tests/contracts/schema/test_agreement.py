"""A record is accepted if and only if the contract's one-row frame of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DataError
from contracts.schema import check, generate
from contracts.schema import pandera as schema
from contracts.schema.column import Column
from contracts.schema.frame import frame
from contracts.schema.record import decoder

if TYPE_CHECKING:
    from collections.abc import Callable

START, END = "2013-01-01T00:00:00Z", "2014-01-01T00:00:00+05:00"
PLAIN = (
    Column(name="int_any", kind="int"),
    Column(name="int_closed", kind="int", checks=(check.ge(0), check.le(1439))),
    Column(name="int_open", kind="int", checks=(check.gt(-5), check.lt(2**63 - 1))),
    Column(name="int_set", kind="int", checks=(check.isin([1, 2, 2**63 - 1]),)),
    Column(name="float_any", kind="float", checks=(check.finite(),)),
    Column(name="float_closed", kind="float", checks=(check.finite(), check.ge(0), check.le(0.1))),
    Column(name="float_open", kind="float", checks=(check.gt(-1.5), check.lt(2), check.finite())),
    Column(name="bool", kind="bool"),
    Column(name="str_any", kind="str"),
    Column(name="str_length", kind="str", checks=(check.str_length(2, 3),)),
    Column(name="str_matches", kind="str", checks=(check.str_matches("^[A-Zé]{1,2}[0-9]*$"),)),
    Column(name="category", kind="category", checks=(check.isin(["NO", "1", "é", "\U0001f600"]),)),
    Column(name="time_any", kind="datetime"),
    Column(name="time_closed", kind="datetime", checks=(check.ge(START), check.le(END))),
    Column(name="time_open", kind="datetime", checks=(check.gt(START), check.lt(END))),
)
NULLABLE = tuple(
    Column(name=f"{each.name}_null", kind=each.kind, nullable=True, checks=each.checks)
    for each in PLAIN
)
COLUMNS = PLAIN + NULLABLE
SCHEMAS = {column.name: schema.frame_schema([column]) for column in COLUMNS}
DECODERS = {column.name: decoder([column]) for column in COLUMNS}


def accepts(validate: Callable[[], Any]) -> bool:
    """Return whether a validation lets its rows pass."""
    try:
        validate()
    except DataError:
        return False
    return True


def verdicts(column: Column, record: dict[str, Any]) -> tuple[bool, bool]:
    """Return whether the record's bytes are accepted, and whether its frame is."""
    wire = accepts(lambda: DECODERS[column.name].decode(generate.wire(record)))
    rows = accepts(lambda: schema.validate(SCHEMAS[column.name], frame([column], record)))
    return wire, rows


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_boundaries_are_accepted_on_both_sides(column: Column) -> None:
    """The outermost values that a column's checks allow pass as record and as frame."""
    for value in generate.boundaries(column):
        assert verdicts(column, {column.name: value}) == (True, True), value


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_violations_are_refused_on_both_sides(column: Column) -> None:
    """The first value past each check is refused as record and as frame."""
    found = generate.violations(column)
    assert {each.name for each in column.checks} <= {name for name, _ in found}
    for name, value in found:
        assert verdicts(column, {column.name: value}) == (False, False), (name, value)


@settings(max_examples=200)
@given(
    st.sampled_from(COLUMNS).flatmap(
        lambda column: st.tuples(st.just(column), generate.records([column]))
    )
)
def test_both_sides_give_one_verdict(case: tuple[Column, dict[str, Any]]) -> None:
    """On generated records, faulty ones among them, record and frame agree."""
    wire, rows = verdicts(*case)
    assert wire is rows


@settings(max_examples=8)
@given(st.lists(generate.accepted(COLUMNS), min_size=1, max_size=8))
def test_accepted_records_pass_together_and_by_the_compiled_type(
    records: list[dict[str, Any]],
) -> None:
    """A frame of many accepted records passes, and so does the frame of what they decode to."""
    everything = schema.frame_schema(COLUMNS)
    decode = decoder(COLUMNS).decode
    decoded = [decode(generate.wire(record)) for record in records]
    raw = schema.validate(everything, frame(COLUMNS, records))
    assert raw.equals(schema.validate(everything, frame(COLUMNS, decoded)))
