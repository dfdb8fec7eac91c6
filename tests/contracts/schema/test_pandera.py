"""The pandera adapter: the round trip, what is refused on the way, and errors of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandera.pandas as pandera
import pyarrow as pa
import pytest

from contracts.errors import ContractError, DataError
from contracts.schema import check, column
from contracts.schema import pandera as schema
from contracts.schema.column import Column
from contracts.schema.frame import frame

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    Column(name="minute", kind="int", checks=(check.ge(0), check.le(1439)), description="of day"),
    Column(name="count", kind="int", nullable=True),
    Column(name="temp", kind="float", nullable=True, checks=(check.finite(), check.gt(-50.5))),
    Column(name="open", kind="bool"),
    Column(name="shut", kind="bool", nullable=True),
    Column(name="tail", kind="str", checks=(check.str_length(1, 6), check.str_matches("^[A-Z]*$"))),
    Column(name="code", kind="category", checks=(check.isin(["NO", "1", "1.0", "é", "null"]),)),
    Column(name="due", kind="datetime", checks=(check.lt("2014-01-01T00:00:00+01:00"),)),
)
ROW: dict[str, Any] = {
    "minute": 0, "count": None, "temp": None, "open": True, "shut": None, "tail": "AB",
    "code": "NO", "due": "2013-01-01T00:00:00Z",
}  # fmt: skip
ARROW = pa.schema([("x", pa.int64()), ("f", pa.float64())])
SMALL = (
    Column(name="x", kind="int", checks=(check.ge(0),)),
    Column(name="f", kind="float", nullable=True, checks=(check.finite(),)),
)


def test_a_schema_survives_the_round_trip(tmp_path: Path) -> None:
    """What was written reads back as the same columns, with and without pandera, byte for byte."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    schema.write(schema.frame_schema(COLUMNS), one)
    schema.write(schema.read(one), two)
    assert column.columns(one) == schema.columns_of(schema.read(one)) == COLUMNS
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"checks": pandera.Check(lambda values: values > 0)}, "'<lambda>' does not survive"),
        ({"checks": pandera.Check.in_range(0, 1)}, "'in_range' does not survive"),
        ({"checks": pandera.Check.ge(0, raise_warning=True)}, "raise_warning=True"),
        ({"checks": pandera.Check.ge(0, ignore_na=False)}, "ignore_na=False"),
        ({"checks": pandera.Check.ge(0, error="mine")}, "error='mine'"),
        ({"coerce": True}, "coerce is True"),
        ({"unique": True}, "unique is True"),
        ({"required": False}, "required is False"),
        ({"default": 3}, "default is 3"),
        ({"nullable": True}, "dtype"),
        ({"metadata": {"unit": "m"}}, "metadata"),
        ({"dtype": "category"}, "no contract has dtype 'category'"),
        ({"dtype": "float64"}, "finite is missing"),
    ],
)
def test_what_would_be_lost_is_refused_by_name(
    tmp_path: Path, options: dict[str, Any], says: str
) -> None:
    """A check or option that does not survive is named with its column, and nothing is written."""
    given = pandera.DataFrameSchema(
        {"x": pandera.Column(**{"dtype": "int64", **options})}, strict=True, ordered=True
    )
    with pytest.raises(ContractError, match="column 'x'") as caught:
        schema.write(given, tmp_path / "input.yaml")
    assert says in str(caught.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "options",
    [
        {"strict": False, "ordered": True},
        {"strict": True, "ordered": False},
        {"strict": True, "ordered": True, "coerce": True},
        {"strict": True, "ordered": True, "unique": ["x"]},
        {"strict": True, "ordered": True, "checks": pandera.Check(lambda rows: len(rows) > 1)},
    ],
)
def test_what_concerns_more_than_one_record_is_refused(options: dict[str, Any]) -> None:
    """A condition on the whole frame has no meaning for a record off the wire."""
    with pytest.raises(ContractError, match="would not survive"):
        schema.columns_of(pandera.DataFrameSchema({"x": pandera.Column("int64")}, **options))


def test_rows_of_any_kind_pass(tmp_path: Path) -> None:
    """A schema read from its file accepts the frame of a record with every kind of column."""
    path = tmp_path / "input.yaml"
    schema.write(schema.frame_schema(COLUMNS), path)
    assert len(schema.validate(schema.read(path), frame(COLUMNS, [ROW, ROW]))) == 2


def test_failures_name_column_check_and_first_rows() -> None:
    """The message has a line for each column and check, with a count and the first rows."""
    table = pa.table({"x": [1, -1, -2, None], "f": [1.0, float("inf"), None, 2.0]}, schema=ARROW)
    with pytest.raises(DataError, match="4 rows do not conform") as caught:
        schema.validate(schema.frame_schema(SMALL), table)
    text = str(caught.value)
    assert "x: greater_than_or_equal_to(0) refuses 2 rows, first row 1: -1" in text
    assert "x: not_nullable refuses 1 rows, first row 3" in text
    assert "f: finite refuses 1 rows, first row 1: inf" in text


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"x": [1]}),
        pa.table({"x": [1], "f": [1.0], "g": [1.0]}),
        pa.table({"f": [1.0], "x": [1]}),
        pa.table({"x": [1.0], "f": [1.0]}),
        pa.table({"x": [1], "f": pa.array([1.0], type=pa.float32())}),
        pa.table([[1], [1]], names=["x", "x"]),
        pa.table({"x": [1], "f": [float("nan")]}),
    ],
    ids=["missing", "unknown", "order", "type", "width", "twice", "nan"],
)
def test_other_columns_or_types_are_refused(table: pa.Table) -> None:
    """Nothing is coerced, added, dropped or put in order; NaN is no null."""
    with pytest.raises(DataError):
        schema.validate(schema.frame_schema(SMALL), table)


def test_conforming_arrow_rows_pass() -> None:
    """Null in a nullable column is NaN in the frame."""
    table = pa.table({"x": [1, 2], "f": [None, 2.0]}, schema=ARROW)
    assert schema.validate(schema.frame_schema(SMALL), table)["f"].isna().tolist() == [True, False]
