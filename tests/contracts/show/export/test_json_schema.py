from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import DataError
from contracts.schema import edges, generate
from contracts.schema.columns import Column, Columns
from contracts.schema.record import RecordDecoder
from contracts.show.export.json_schema import json_schema, property_schema
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Every check that JSON Schema has a word for, on columns that take null and that do not.
PLAIN = (
    Column(name="int_any", kind="int"),
    Column(name="int_closed", kind="int", checks=(check.ge(0), check.le(1439))),
    Column(name="int_open", kind="int", checks=(check.gt(-5), check.lt(9))),
    Column(name="int_set", kind="int", checks=(check.isin([1, 2]),)),
    Column(name="float_any", kind="float", checks=(check.finite(),)),
    Column(name="float_closed", kind="float", checks=(check.finite(), check.ge(0), check.le(0.1))),
    Column(name="float_open", kind="float", checks=(check.gt(-1.5), check.lt(2), check.finite())),
    Column(name="bool", kind="bool"),
    Column(name="str_any", kind="str"),
    Column(name="str_length", kind="str", checks=(check.str_length(2, 3),)),
    Column(name="str_matches", kind="str", checks=(check.str_matches("^[A-Z]{1,2}[0-9]*$"),)),
    Column(name="int_not", kind="int", checks=(check.ne(3), check.notin([5, 6]))),
    Column(name="int_one", kind="int", checks=(check.eq(7),)),
    Column(name="str_parts", kind="str", checks=(check.str_contains("[0-9]x"),)),
    Column(name="str_start", kind="str", checks=(check.str_startswith("a.(b"),)),
    Column(name="str_end", kind="str", checks=(check.str_endswith("]$"),)),
    Column(
        name="str_both", kind="str", checks=(check.str_startswith("a"), check.str_endswith("z"))
    ),
    Column(name="category", kind="category", checks=(check.isin(["NO", "1", "é"]),)),
)
COLUMNS = PLAIN + tuple(
    Column(name=f"{each.name}_null", kind=each.kind, nullable=True, checks=each.checks)
    for each in PLAIN
)


def accepted(column: Column, record: Mapping[str, Any]) -> tuple[bool, bool]:
    """Return whether the service accepts a record, and whether the JSON Schema does."""
    try:
        RecordDecoder(Columns([column])).decode(edges.wire(record))
        wire = True
    except DataError:
        wire = False
    schema = jsonschema.Draft202012Validator(json_schema(Columns([column]), title="record"))
    return wire, schema.is_valid(json.loads(json.dumps(record)))


def same_meaning(value: Any) -> bool:
    """Return whether a value means the same in JSON Schema and in the service.

    It takes 1.0 for an integer, and JSON has neither NaN, infinities nor half a character.
    """
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, UnicodeEncodeError):
        return False
    whole = isinstance(value, float) and value.is_integer()
    return not whole and value != 10**400 and not (isinstance(value, str) and "\n" in value)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_boundaries_and_violations_are_judged_as_by_the_service(column: Column) -> None:
    """JSON Schema accepts and refuses the values at the boundary of each check alike."""
    values = [*edges.boundaries(column), *(each for _, each in edges.violations(column))]
    for value in filter(same_meaning, values):
        wire, schema = accepted(column, {column.name: value})
        assert wire is schema, value


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.sampled_from(COLUMNS).flatmap(
        lambda column: st.tuples(st.just(column), generate.records(Columns([column])))
    )
)
def test_schema_and_service_agree_on_generated_records(
    case: tuple[Column, dict[str, Any]],
) -> None:
    """On generated records, also faulty ones, both give the same verdict."""
    column, record = case
    if all(same_meaning(value) for value in record.values()):
        wire, schema = accepted(column, record)
        assert wire is schema


def test_checks_that_json_schema_cannot_express_are_listed() -> None:
    """The bounds of an instant are listed as text, and its format is stated."""
    column = Column(name="at", kind="datetime", checks=(check.ge("2013-01-01T00:00:00Z"),))
    said = property_schema(column)
    assert (said["type"], said["format"]) == ("string", "date-time")
    assert said["x-checks"] == ["ge(min_value='2013-01-01T00:00:00Z')"]


def test_checks_between_columns_are_listed_at_the_object() -> None:
    """JSON Schema cannot compare two properties, so checks between columns are listed as text."""
    ends = (Column(name="low", kind="int"), Column(name="high", kind="int"))
    schema = json_schema(Columns(ends, row_checks=(check.ordered("low", "high"),)), title="record")
    assert schema["x-checks"] == ["ordered(lower='low', upper='high')"]


def test_a_pattern_is_translated_to_ecma() -> None:
    """In ECMA a dot does not match U+2028; in the service it does."""
    column = Column(name="x", kind="str", checks=(check.str_matches(r"^.\-$"),))
    assert property_schema(column)["pattern"] == r"^[^\n]-$"


def test_a_column_has_its_description() -> None:
    """The description, such as a unit, reaches the client."""
    column = Column(name="seats", kind="int", description="of the plane")
    assert property_schema(column)["description"] == "of the plane"
