"""A schema's file: pandera's YAML, read without pandera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import ContractError
from contracts.schema.columns import Column, Columns
from contracts.schema.stored import columns, parse
from tests.suites import check

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.schema.check import Check

HEAD = "schema_type: dataframe\napi: pandas\nstrict: true\nordered: true\ncolumns:\n"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("  x:\n    dtype: int64\n    in_rage: 1\n", "'in_rage' is no check"),
        ("  x:\n    dtype: int64\n    coerce: true\n", "'coerce' is no check"),
        ("  x:\n    dtype: int32\n", "no contract has dtype 'int32'"),
        ("  x:\n    dtype: int64\n    nullable: true\n", "a nullable int is Int64"),
        ("  x:\n    dtype: int64\n    gt: {min_value: 0, raise_warning: true}\n", "raise_warning"),
        ("  x: 5\n", "a column's name and entry"),
        ("  {}\n", "distinct names"),
    ],
)  # fmt: skip
def test_files_with_anything_unknown_are_refused(body: str, says: str) -> None:
    """The message names the unknown check, option or type."""
    with pytest.raises(ContractError) as caught:
        parse(HEAD + body)
    assert says in str(caught.value)


def test_a_lenient_schema_is_refused() -> None:
    """No contract lets unknown columns pass."""
    with pytest.raises(ContractError, match="strict"):
        parse(HEAD.replace("strict: true\n", "") + "  x:\n    dtype: int64\n")


def test_both_of_panderas_notations_are_read() -> None:
    """Checks stand as a column's own keys or in a list; both give the same column."""
    keys = "  x:\n    dtype: int64\n    greater_than: 0\n"
    listed = (
        "  x:\n    dtype: int64\n    checks:\n    - min_value: 0\n      options: {check_name: gt}\n"
    )
    column = Column(name="x", kind="int", checks=(check.gt(0),))
    assert parse(HEAD + keys) == parse(HEAD + listed) == Columns([column])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message has the path."""
    with pytest.raises(ContractError, match=r"input\.yaml"):
        columns(tmp_path / "input.yaml")


@pytest.mark.parametrize(
    ("entry", "checks"),
    [
        ("in_range: {min_value: 0, max_value: 9}", (check.ge(0), check.le(9))),
        ("in_range: {min_value: 0, max_value: 9, include_min: false}", (check.gt(0), check.le(9))),
        ("in_range: {min_value: 0, max_value: 9, include_max: false}", (check.ge(0), check.lt(9))),
        ("not_equal_to: 3", (check.ne(3),)),
        ("notin: [1, 2]", (check.notin([1, 2]),)),
    ],
)
def test_panderas_checks_are_read_as_the_contracts(entry: str, checks: tuple[Check, ...]) -> None:
    """A range is its two bounds; an argument that stands alone is the check's first."""
    (column,) = parse(f"{HEAD}  x:\n    dtype: int64\n    {entry}\n")
    assert column.checks == checks


def test_an_exact_length_is_both_bounds() -> None:
    """Pandera writes one number for the least and the most."""
    (column,) = parse(f"{HEAD}  x:\n    dtype: str\n    str_length: {{exact_value: 3}}\n")
    assert column.checks == (check.str_length(3, 3),)


def test_a_check_between_columns_is_read() -> None:
    """It stands beside the columns, in pandera's list."""
    pair = "  a:\n    dtype: int64\n  b:\n    dtype: int64\n"
    text = "checks:\n- lower: a\n  upper: b\n  options: {check_name: ordered}\n"
    assert parse(HEAD + pair + text).row_checks == (check.ordered("a", "b"),)
    with pytest.raises(ContractError, match="the frame: 'ordred' is no check"):
        parse(HEAD + pair + text.replace("ordered", "ordred"))
