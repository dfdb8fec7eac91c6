"""A schema as a whole: columns in order, and what holds between them."""

from __future__ import annotations

import pickle

import pytest

from contracts.errors import ContractError
from contracts.schema.check import Check
from contracts.schema.column import Column
from contracts.schema.columns import Columns, between, whole
from tests.suites import check

START = Column(name="start", kind="int")
END = Column(name="end", kind="int", nullable=True)
RATE = Column(name="rate", kind="float", checks=(check.finite(),))
ORDER = check.ordered("start", "end")


def test_a_schema_is_a_tuple_of_columns() -> None:
    """Who knows columns alone reads a schema as they read any."""
    schema = Columns((START, END), rows=[ORDER])
    assert (len(schema), schema[0], [*schema]) == (2, START, [START, END])
    assert (between(schema), between([START])) == ((ORDER,), ())


def test_checks_between_columns_are_part_of_what_is_equal() -> None:
    """Two schemas with the same columns differ if what holds between them does."""
    plain, checked = Columns((START, END)), Columns((START, END), rows=[ORDER])
    assert plain == (START, END)
    assert plain != checked
    assert checked == Columns((START, END), rows=[ORDER])


def test_a_schema_is_kept_as_it_is() -> None:
    """Neither what takes any columns nor another process loses the checks between them."""
    schema = Columns((START, END), rows=[ORDER])
    assert whole(schema) is schema
    assert whole([START]) == Columns((START,))
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
        Columns((START, END, RATE), rows=rows)
    assert says in str(caught.value)


def test_a_check_between_columns_stands_on_no_column() -> None:
    """It would have one value to look at."""
    with pytest.raises(ContractError, match="it stands on the frame"):
        Column(name="start", kind="int", checks=(ORDER,))


@pytest.mark.parametrize("columns", [(), (START, START)])
def test_columns_have_distinct_names(columns: tuple[Column, ...]) -> None:
    """No columns, or two of one name, are no schema."""
    with pytest.raises(ContractError, match="distinct names"):
        Columns(columns)
