"""The column model: its rules, and its reading of pandera's YAML."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ContractError
from contracts.schema import check
from contracts.schema.check import Check
from contracts.schema.column import Column, columns, parse

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "schema_type: dataframe\napi: pandas\nstrict: true\nordered: true\ncolumns:\n"


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
        ("str", (check.str_matches(r"^\d$"),), "engines differ"),
        ("str", (Check(name="str_lenght"),), "did you mean 'str_length'"),
    ],
)
def test_checks_that_cannot_hold_a_contract_are_refused(
    kind: Any, checks: tuple[Check, ...], says: str
) -> None:
    """Each rule names the column and what is wrong with its check."""
    with pytest.raises(ContractError, match="column 'x'") as caught:
        Column(name="x", kind=kind, checks=checks)
    assert says in str(caught.value)


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
    """An unknown check, option or type in a file is named, never passed over."""
    with pytest.raises(ContractError) as caught:
        parse(HEAD + body)
    assert says in str(caught.value)


def test_a_lenient_schema_is_refused() -> None:
    """A file that would let unknown columns pass is no contract's."""
    with pytest.raises(ContractError, match="strict"):
        parse(HEAD.replace("strict: true\n", "") + "  x:\n    dtype: int64\n")


def test_both_of_panderas_notations_are_read() -> None:
    """Checks stand as a column's own keys or in a list; both give the same column."""
    keys = "  x:\n    dtype: int64\n    greater_than: 0\n"
    listed = (
        "  x:\n    dtype: int64\n    checks:\n    - min_value: 0\n      options: {check_name: gt}\n"
    )
    assert parse(HEAD + keys) == parse(HEAD + listed) == (
        Column(name="x", kind="int", checks=(check.gt(0),)),
    )  # fmt: skip


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Reading what is not there says where it was looked for."""
    with pytest.raises(ContractError, match=r"input\.yaml"):
        columns(tmp_path / "input.yaml")


def test_reading_needs_no_frame_library() -> None:
    """The column model and the record type load neither pandas nor pandera nor numpy."""
    code = (
        "import sys, contracts.schema.column, contracts.schema.record;"
        "print(sorted({'pandas', 'pandera', 'numpy', 'sklearn', 'pyarrow'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
