"""Columns of every kind with every check, nullable and not."""

from __future__ import annotations

import pytest

from contracts.schema.columns import Column, Columns
from tests.suites import check

START, END = "2013-01-01T00:00:00Z", "2014-01-01T00:00:00+05:00"
PLAIN = (
    Column(name="int_any", kind="int"),
    Column(name="int_closed", kind="int", checks=(check.ge(0), check.le(1439))),
    Column(name="int_open", kind="int", checks=(check.gt(-5), check.lt(2**63 - 1))),
    Column(name="int_last", kind="int", checks=(check.ge(2**63 - 1), check.ne(0))),
    Column(name="int_set", kind="int", checks=(check.isin([1, 2, 2**63 - 1]),)),
    Column(name="int_one", kind="int", checks=(check.eq(-7),)),
    Column(name="int_but", kind="int", checks=(check.ne(2**53 + 1), check.notin([0, -(2**63)]))),
    Column(name="float_any", kind="float", checks=(check.finite(),)),
    Column(name="float_closed", kind="float", checks=(check.finite(), check.ge(0), check.le(0.1))),
    Column(name="float_open", kind="float", checks=(check.gt(-1.5), check.lt(2), check.finite())),
    Column(name="float_one", kind="float", checks=(check.eq(0), check.finite())),
    Column(
        name="float_but",
        kind="float",
        checks=(check.ne(0.1), check.notin([-999, 0, 0.5, 2**60]), check.finite()),
    ),
    Column(name="bool", kind="bool"),
    Column(name="bool_one", kind="bool", checks=(check.eq(True),)),
    Column(name="bool_but", kind="bool", checks=(check.ne(True),)),
    Column(name="str_any", kind="str"),
    Column(name="str_length", kind="str", checks=(check.str_length(2, 3),)),
    Column(name="str_short", kind="str", checks=(check.str_length(most=2),)),
    Column(name="str_matches", kind="str", checks=(check.str_matches("^[A-Zé]{1,2}[0-9]*$"),)),
    Column(name="str_nested", kind="str", checks=(check.str_matches("^(?:[a-z]+.)+$"),)),
    Column(name="str_contains", kind="str", checks=(check.str_contains("(?:kg|[0-9]l)s?|é."),)),
    Column(name="str_one", kind="str", checks=(check.eq("é"),)),
    Column(name="str_but", kind="str", checks=(check.ne(""), check.notin(["a", "é", "\n"]))),
    Column(
        name="str_ends",
        kind="str",
        checks=(
            check.str_startswith("N."),
            check.str_endswith("é$"),
            check.str_length(4, 9),
            check.ne("N.é$"),
        ),
    ),
    Column(name="category", kind="category", checks=(check.isin(["NO", "1", "é", "\U0001f600"]),)),
    Column(name="time_any", kind="datetime"),
    Column(name="time_closed", kind="datetime", checks=(check.ge(START), check.le(END))),
    Column(name="time_open", kind="datetime", checks=(check.gt(START), check.lt(END))),
    Column(name="time_first", kind="datetime", checks=(check.ge("0001-01-01T00:00:00Z"),)),
    Column(name="time_one", kind="datetime", checks=(check.eq(END),)),
    Column(name="time_but", kind="datetime", checks=(check.ne("2013-01-01T00:00:00.000001Z"),)),
)
NULLABLE = tuple(
    Column(name=f"{each.name}_null", kind=each.kind, nullable=True, checks=each.checks)
    for each in PLAIN
)
#: Checks between columns, of which one is null, of each kind that has an order.
ORDERED = Columns(
    (
        Column(name="count", kind="int", checks=(check.ge(0), check.lt(50))),
        Column(name="limit", kind="int", nullable=True, checks=(check.ge(-20),)),
        Column(name="low", kind="float", nullable=True, checks=(check.finite(), check.le(9))),
        Column(name="high", kind="float", checks=(check.finite(), check.ge(-5))),
        Column(name="start", kind="datetime", nullable=True, checks=(check.ge(START),)),
        Column(name="end", kind="datetime", nullable=True, checks=(check.lt(END),)),
    ),
    row_checks=(
        check.ordered("count", "limit"),
        check.ordered("low", "high"),
        check.ordered("start", "end"),
    ),
)


#: A frame of few columns is validated faster, and more records can be tried.
PARTS = 30


def mixed() -> dict[str, Columns]:
    """Return schemas of two columns each, in which every column above occurs."""
    every = PLAIN + NULLABLE
    parts = {f"mixed {i}": Columns(every[i::PARTS]) for i in range(PARTS)}
    return {**parts, "ordered": ORDERED}


@pytest.fixture(params=PLAIN + NULLABLE, ids=lambda column: column.name)
def column(request: pytest.FixtureRequest) -> Column:
    """Each column by itself."""
    column: Column = request.param
    return column


@pytest.fixture(params=mixed())
def schema(request: pytest.FixtureRequest) -> Columns:
    """Each schema of several columns."""
    return mixed()[request.param]


@pytest.fixture
def schemas() -> dict[str, Columns]:
    """Every schema of several columns, by name."""
    return mixed()


@pytest.fixture
def ordered() -> Columns:
    """A schema with checks between its columns."""
    return ORDERED
