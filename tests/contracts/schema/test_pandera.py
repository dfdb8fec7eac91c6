"""A user's pandera schema: how it is read, what is refused, and the file."""

from __future__ import annotations

import copy
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandera.pandas as pandera
import pytest
from pandera import extensions
from pandera.io.pandas_io import from_yaml

from contracts.errors import ContractError
from contracts.schema import pandera as schema
from contracts.schema import stored
from contracts.schema.columns import Column, Columns
from tests.suites import check

if TYPE_CHECKING:
    from pathlib import Path

if not hasattr(pandera.Check, "local_only"):

    @extensions.register_check_method
    def local_only(series: Any) -> Any:
        """Return where there is a value; a check registered here, and by no package."""
        return series == series  # noqa: PLR0124 - where there is a value


FINITE = pandera.Check.finite()
COLUMNS = Columns(
    [
        Column(
            name="minute", kind="int", checks=(check.ge(0), check.le(1439)), description="of day"
        ),
        Column(name="count", kind="int", nullable=True),
        Column(name="temp", kind="float", nullable=True, checks=(check.finite(), check.gt(-50.5))),
        Column(name="open", kind="bool"),
        Column(name="shut", kind="bool", nullable=True),
        Column(
            name="tail", kind="str", checks=(check.str_length(1, 6), check.str_matches("^[A-Z]*$"))
        ),
        Column(name="code", kind="category", checks=(check.isin(["NO", "1", "1.0", "é", "null"]),)),
        Column(name="due", kind="datetime", checks=(check.lt("2014-01-01T00:00:00+01:00"),)),
    ]
)


def columns_of(columns: dict[str, pandera.Column], checks: Any = None) -> Columns:
    """Return the columns of a schema as a user writes it."""
    return schema.columns_of(
        pandera.DataFrameSchema(columns, checks=checks, strict=True, ordered=True)
    )


def test_a_schema_survives_the_round_trip(tmp_path: Path) -> None:
    """The file reads back as the same columns, with pandera and without, and is written alike."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    schema.write(COLUMNS, one)
    schema.write(schema.columns_of(from_yaml(one)), two)
    assert stored.columns(one) == schema.columns_of(from_yaml(one)) == COLUMNS
    assert one.read_bytes() == two.read_bytes()


def test_every_check_survives_the_round_trip(tmp_path: Path, schemas: dict[str, Columns]) -> None:
    """On columns of every kind, nullable and not, and between columns."""
    path = tmp_path / "input.yaml"
    for columns in schemas.values():
        schema.write(columns, path)
        assert stored.columns(path) == columns
        assert "error" not in path.read_text(encoding="utf-8")


def test_a_range_is_written_as_its_bounds(tmp_path: Path) -> None:
    """Pandera's ``in_range`` is two checks of a contract, its exact length one."""
    path = tmp_path / "input.yaml"
    ranged = pandera.Check.in_range(0, 1, include_max=False)
    given = {
        "x": pandera.Column("int64", ranged),
        "name": pandera.Column("str", pandera.Check.str_length(exact_value=2)),
        "code": pandera.Column("str", pandera.Check.isin({"b", "a"})),
        "not": pandera.Column("int64", pandera.Check.notin((2, 1))),
    }
    schema.write(columns_of(given), path)
    assert [column.checks for column in stored.columns(path)] == [
        (check.ge(0), check.lt(1)),
        (check.str_length(2, 2),),
        (check.isin(["a", "b"]),),
        (check.notin([2, 1]),),
    ]


class Size(IntEnum):
    """Sizes by number."""

    SMALL, LARGE = 1, 2


class Colour(StrEnum):
    """Colours by name."""

    RED = "red"


def test_other_types_are_written_as_what_they_equal(tmp_path: Path) -> None:
    """Enumerations, decimals and NumPy's scalars become the number or text that equals them."""
    path = tmp_path / "input.yaml"
    given = {
        "size": pandera.Column("int64", pandera.Check.isin([*Size])),
        "colour": pandera.Column("str", pandera.Check.isin({*Colour})),
        "count": pandera.Column("int64", pandera.Check.ge(Decimal(7))),
        "share": pandera.Column("float64", [pandera.Check.le(Decimal("0.5")), FINITE]),
        "half": pandera.Column("float64", [pandera.Check.le(np.float32(0.1)), FINITE]),
        "open": pandera.Column("bool", pandera.Check.eq(np.True_)),
        "not": pandera.Column("int64", pandera.Check.notin(np.array([1, 2]))),
    }
    schema.write(columns_of(given), path)
    columns = {column.name: column.checks for column in stored.columns(path)}
    assert columns == {
        "size": (check.isin([1, 2]),),
        "colour": (check.isin(["red"]),),
        "count": (check.ge(7),),
        "share": (check.le(0.5), check.finite()),
        "half": (check.le(0.10000000149011612), check.finite()),
        "open": (check.eq(True),),
        "not": (check.notin([1, 2]),),
    }


@pytest.mark.parametrize("bound", [Decimal("0.1"), Fraction(1, 3), np.datetime64("2013-01-01")])
def test_what_no_number_equals_is_refused_by_column_and_check(bound: object) -> None:
    """A bound is never rounded without a word."""
    given = {"x": pandera.Column("float64", [pandera.Check.ge(bound), FINITE])}
    with pytest.raises(ContractError, match="column 'x': check greater_than_or_equal_to has"):
        columns_of(given)


def test_the_order_of_a_set_means_nothing(tmp_path: Path) -> None:
    """Pandera copies a set and words it; the copy may list its members in another order."""
    sets = [{first, second} for first in range(60) for second in range(60)]
    given = next(each for each in sets if repr(each) != repr(copy.deepcopy(each)))
    path = tmp_path / "input.yaml"
    columns = {"x": pandera.Column("int64", pandera.Check.isin(given))}
    schema.write(columns_of(columns), path)
    assert stored.columns(path)[0].checks == (check.isin(sorted(given)),)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"checks": pandera.Check(lambda values: values > 0)}, "'<lambda>' is no check"),
        ({"checks": pandera.Check.unique_values_eq([0])}, "about all rows at once"),
        ({"checks": pandera.Check.local_only()}, "'local_only' is no check"),
        ({"checks": pandera.Check.local_only()}, "no package registers it"),
        ({"checks": pandera.Check.ordered(lower="x", upper="x")}, "it stands on the frame"),
        ({"checks": pandera.Check.ge(0, element_wise=True)}, "element_wise=True"),
        ({"checks": pandera.Check.ge(0, raise_warning=True)}, "raise_warning=True"),
        ({"checks": pandera.Check.ge(0, n_failure_cases=3)}, "n_failure_cases=3"),
        ({"checks": pandera.Check.ge(0, description="mine")}, "description='mine'"),
        ({"checks": pandera.Check.ge(0, strategy=print)}, "strategy=<built-in function print>"),
        ({"checks": pandera.Check.isin({1, "a"})}, "no arguments"),
        ({"nullable": None}, "nullable is None"),
        ({"description": 5}, "its description is no text"),
        ({"checks": pandera.Check.in_range(0, 1, ignore_na=False)}, "ignore_na=False"),
        ({"checks": pandera.Check(lambda values: values > 0, name="ge")}, "no arguments"),
        (
            {"checks": pandera.Check(lambda x: x > 0, name="ge", statistics={"min_value": 1})},
            "is an unregistered function",
        ),
        ({"checks": pandera.Check.ge(0, ignore_na=False)}, "ignore_na=False"),
        ({"checks": pandera.Check.ge(0, error="mine")}, "error='mine'"),
        ({"coerce": True}, "coerce is True"),
        ({"unique": True}, "unique is True"),
        ({"required": False}, "required is False"),
        ({"default": 3}, "default is 3"),
        ({"nullable": True}, "dtype"),
        ({"metadata": {"unit": "m"}}, "metadata"),
        ({"regex": True}, "regex is True"),
        ({"parsers": pandera.Parser(lambda values: values)}, "parsers"),
        ({"dtype": "category"}, "no contract has dtype 'category'"),
        ({"dtype": "float64"}, "finite is missing"),
    ],
)
def test_options_that_would_be_lost_are_refused(options: dict[str, Any], says: str) -> None:
    """A check or option that the file would lose is named with its column."""
    with pytest.raises(ContractError, match="column 'x'") as caught:
        columns_of({"x": pandera.Column(**{"dtype": "int64", **options})})
    assert says in str(caught.value)


class Lenient(pandera.Column):
    """A column of a class of its own."""


class Laxer(pandera.DataFrameSchema):
    """A schema of a class of its own."""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Laxer({"x": pandera.Column("int64")}, strict=True, ordered=True), "the schema"),
        (
            pandera.DataFrameSchema({"x": Lenient("int64")}, strict=True, ordered=True),
            "column 'x'",
        ),
        (pandera.SeriesSchema("int64"), "the schema: expected a DataFrameSchema"),
    ],
)
def test_a_class_of_its_own_is_refused(given: Any, says: str) -> None:
    """What it does would not be in the file: only pandera's own classes read back the same."""
    with pytest.raises(ContractError, match=says):
        schema.columns_of(given)


@pytest.mark.parametrize(
    "options",
    [
        {"strict": False, "ordered": True},
        {"strict": True, "ordered": False},
        {"strict": True, "ordered": True, "coerce": True},
        {"strict": True, "ordered": True, "unique": ["x"]},
        {"strict": True, "ordered": True, "index": pandera.Index("int64")},
        {"strict": True, "ordered": True, "dtype": "int64"},
        {"strict": True, "ordered": True, "drop_invalid_rows": True},
        {"strict": True, "ordered": True, "name": "mine"},
    ],
)
def test_conditions_on_the_whole_frame_are_refused(options: dict[str, Any]) -> None:
    """They have no meaning for one record."""
    with pytest.raises(ContractError, match="would not survive"):
        schema.columns_of(pandera.DataFrameSchema({"x": pandera.Column("int64")}, **options))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (pandera.Check(lambda rows: len(rows) > 1), "the frame: '<lambda>' is no check"),
        (pandera.Check(lambda row: row["x"] > 1, element_wise=True), "'<lambda>' is no check"),
        (pandera.Check.unique_values_eq([1]), "'unique_values_eq' is no check"),
        (pandera.Check.ge(0), "ge is a check of one column: it stands there"),
        (pandera.Check.finite(), "finite is a check of one column: it stands there"),
        (pandera.Check.ordered(lower="x", upper="z"), "there is no column 'z'"),
        (pandera.Check.ordered(lower="x", upper="y", ignore_na=False), "ignore_na=False"),
        (pandera.Check.ordered(lower="x", upper="y", error="mine"), "error='mine'"),
    ],
)
def test_a_check_of_the_frame_that_no_record_could_have_is_refused(
    given: pandera.Check, says: str
) -> None:
    """The frame and the check are named, with the reason."""
    columns = {"x": pandera.Column("int64"), "y": pandera.Column("int64")}
    with pytest.raises(ContractError) as caught:
        columns_of(columns, given)
    assert "the frame" in str(caught.value)
    assert says in str(caught.value)


def test_the_order_of_a_checks_arguments_means_nothing() -> None:
    """Pandera words them in the order they came in; a contract has one order."""
    columns = {"x": pandera.Column("int64"), "y": pandera.Column("int64")}
    given = pandera.Check.ordered(upper="y", lower="x")
    assert columns_of(columns, given).row_checks == (check.ordered("x", "y"),)
