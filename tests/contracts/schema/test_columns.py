"""A schema: its columns and their checks, their order, and the checks between them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest

from contracts.errors import ContractError
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from tests.suites import check

START = Column(name="start", kind="int")
END = Column(name="end", kind="int", nullable=True)
RATE = Column(name="rate", kind="float", checks=(check.finite(),))
ORDER = check.ordered("start", "end")


def test_a_schema_is_a_tuple_of_columns() -> None:
    """It is read as any tuple is, and knows its names and the checks between columns."""
    schema = Columns((START, END), row_checks=[ORDER])
    assert (len(schema), schema[0], [*schema]) == (2, START, [START, END])
    assert (schema.row_checks, schema.names) == ((ORDER,), ("start", "end"))


def test_schemas_with_other_checks_between_columns_differ() -> None:
    """Though their columns are equal."""
    plain, checked = Columns((START, END)), Columns((START, END), row_checks=[ORDER])
    assert plain == Columns([START, END])
    assert plain != checked
    assert checked == Columns((START, END), row_checks=[ORDER])


def test_a_schema_is_the_same_in_another_process() -> None:
    """Pickled, it keeps the checks between columns."""
    schema = Columns((START, END), row_checks=[ORDER])
    assert hash(schema) == hash(Columns((START, END), row_checks=[ORDER]))
    assert pickle.loads(pickle.dumps(schema)) == schema  # noqa: S301 - made here


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((check.ordered("start", "ent"),), "no column 'ent' (did you mean 'end'?)"),
        ((check.ordered("start", "start"),), "one column"),
        ((check.ordered("start", "rate"),), "two columns of one kind"),
        ((ORDER, ORDER), "more than once"),
        ((check.ge(0),), "ge is a check of one column"),
        ((Check(name="ordred"),), "did you mean 'ordered'"),
        ((Check(name="ordered", args={"lower": "start"}),), "ordered takes lower, upper"),
        ((Check(name="unique_values_eq", args={"values": [1]}),), "all rows at once"),
    ],
)
def test_a_check_that_cannot_stand_between_columns_is_refused(
    rows: tuple[Check, ...], says: str
) -> None:
    """The message names the check and the reason."""
    with pytest.raises(ContractError, match="the frame") as caught:
        Columns((START, END, RATE), row_checks=rows)
    assert says in str(caught.value)


def test_a_check_between_columns_is_refused_on_a_column() -> None:
    """There it would see one value."""
    with pytest.raises(ContractError, match="it stands on the frame"):
        Column(name="start", kind="int", checks=(ORDER,))


@pytest.mark.parametrize("columns", [(), (START, START)])
def test_columns_have_distinct_names(columns: tuple[Column, ...]) -> None:
    """No columns, or two of one name, are refused."""
    with pytest.raises(ContractError, match="distinct names"):
        Columns(columns)


@pytest.mark.parametrize(
    ("kind", "checks", "says"),
    [
        ("float", (), "finite is missing"),
        ("category", (), "isin is missing"),
        ("bool", (check.ge(0),), "ge fits"),
        ("int", (check.ge(0), check.gt(0)), "ge or gt stands more than once"),
        ("int", (check.isin([1]), check.ge(0)), "isin says all"),
        ("int", (check.ge(0.5),), "no arguments"),
        ("int", (check.le(2**63),), "no arguments"),
        ("int", (check.ge(True),), "no arguments"),
        ("int", (check.isin([1, True]),), "no arguments"),
        ("int", (check.isin([2**63]),), "no arguments"),
        ("category", (check.isin([]),), "no arguments"),
        ("category", (check.isin(["a", "a"]),), "no arguments"),
        ("category", (check.isin([1]),), "no arguments"),
        ("float", (check.finite(), check.ge(float("nan"))), "no arguments"),
        ("datetime", (check.ge("2013-01-01"),), "no arguments"),
        ("str", (check.str_length(),), "no arguments"),
        ("str", (check.str_length(-1),), "no arguments"),
        ("str", (check.str_length(3, 2),), "no arguments"),
        ("str", (check.str_length(0),), "no arguments"),
        ("str", (check.str_startswith(""),), "no arguments"),
        ("str", (check.str_endswith("\ud800"),), "no arguments"),
        ("str", (check.str_contains(r"\d"),), "engines differ"),
        ("str", (check.str_contains("(a)"),), "its group captures"),
        ("str", (check.str_contains(""),), "every text contains it"),
        ("str", (check.isin(["a"]),), "isin fits"),
        ("str", (check.eq("a"), check.str_length(1)), "eq says all"),
        ("str", (check.eq(1),), "no value of kind str"),
        ("bool", (check.ne(0),), "no value of kind bool"),
        ("category", (check.isin(["a"]), check.ne("a")), "ne fits"),
        ("int", (check.notin([1, 1]),), "distinct values"),
        ("int", (check.notin([0.5]),), "distinct values"),
        ("float", (check.finite(), check.ge(2**53 + 1)), "that a float holds exactly"),
        ("int", (check.ge(3), check.lt(3)), "no value lies between"),
        ("int", (check.gt(2**63 - 1),), "no value lies between"),
        ("float", (check.finite(), check.gt(0), check.lt(5e-324)), "no value lies between"),
        ("datetime", (check.gt("9999-12-31T23:59:59.999999Z"),), "no value lies between"),
        ("int", (Check(name="ge", args={"min_vale": 0}),), "ge takes min_value"),
        ("int", (Check(name="in_range", args={"min_value": 0}),), "its bounds are ge, gt, le"),
        ("str", (check.str_matches(r"^\d$"),), "engines differ"),
        ("str", (Check(name="str_lenght"),), "did you mean 'str_length'"),
    ],
)
def test_checks_that_do_not_fit_a_column_are_refused(
    kind: Any, checks: tuple[Check, ...], says: str
) -> None:
    """Each rule names the column and the fault of its check."""
    with pytest.raises(ContractError, match="column 'x'") as caught:
        Column(name="x", kind=kind, checks=checks)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": ""}, "its name is empty"),
        ({"name": 'a"b'}, "a quote"),
        ({"name": "a\\b"}, "a backslash"),
        ({"name": "a\x00"}, "a control character"),
        ({"name": "\ud800"}, "its name"),
        ({"name": "x", "nullable": None}, "nullable is None"),
        ({"name": "x", "description": 5}, "its description is no text: 5"),
        ({"name": "x", "description": "\ud800"}, "its description is no text"),
    ],
)
def test_columns_that_no_file_or_record_can_write_are_refused(
    given: dict[str, Any], says: str
) -> None:
    """A name that JSON would escape, a description that is no text, a null that is no bool."""
    with pytest.raises(ContractError, match="cannot stand in a contract") as caught:
        Column(kind="int", **given)
    assert says in str(caught.value)


def test_reading_needs_no_frame_library() -> None:
    """The column model and the record type load neither pandas nor pandera nor numpy."""
    code = (
        "import sys, contracts.schema.columns, contracts.schema.record;"
        "print(sorted({'pandas', 'pandera', 'numpy', 'sklearn', 'pyarrow'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
