"""The pandera adapter: a contract's columns as a schema over frames, and as pandera's own YAML."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandera.pandas as pandera
import pyarrow as pa
from pandera import extensions
from pandera.errors import SchemaErrors
from pandera.io.pandas_io import from_yaml, to_yaml

from contracts.errors import ContractError, DataError, near
from contracts.schema import column as model
from contracts.schema.check import NAMES, Check
from contracts.schema.column import Column, distinct
from contracts.schema.frame import from_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd

DTYPES = {
    ("int", False): "int64",
    ("int", True): "Int64",
    ("float", False): "float64",
    ("float", True): "float64",
    ("bool", False): "bool",
    ("bool", True): "boolean",
    ("str", False): "str",
    ("str", True): "str",
    ("category", False): "str",
    ("category", True): "str",
    ("datetime", False): "datetime64[us, UTC]",
    ("datetime", True): "datetime64[us, UTC]",
}
#: What a check is made of besides its name and arguments: a contract leaves all of it as it is.
OPTIONS = ("element_wise", "ignore_na", "raise_warning", "n_failure_cases", "groupby", "error")
ROWS_SHOWN = 3
WIDTH = 60

if not hasattr(pandera.Check, "finite"):

    @extensions.register_check_method
    def finite(series: pd.Series[float]) -> Any:
        """Hold where a number is neither infinite nor NaN: an infinity passes ``ge(0)``."""
        return np.isfinite(series)


def frame_schema(columns: Iterable[Column]) -> pandera.DataFrameSchema:
    """Return the schema over frames: exactly these columns, in this order, nothing coerced."""
    return pandera.DataFrameSchema(
        {
            column.name: pandera.Column(
                DTYPES[column.kind, column.nullable],
                [getattr(pandera.Check, check.name)(**check.args) for check in column.checks],
                nullable=column.nullable,
                description=column.description or None,
            )
            for column in distinct(columns)
        },
        strict=True,
        ordered=True,
    )


def columns_of(schema: pandera.DataFrameSchema) -> tuple[Column, ...]:
    """Return the column model of a schema over frames.

    Raises:
        ContractError: The schema has what no contract can carry: a check that is not registered
            or has no meaning for one record, coercion, uniqueness. Column and check are named.
    """
    found = distinct(_column(name, column) for name, column in schema.columns.items())
    lost = [*_lost(schema, frame_schema(found))]
    if lost:
        raise ContractError("the schema would not survive being written", details=lost)
    return found


def write(schema: pandera.DataFrameSchema, path: Path) -> None:
    """Write a schema as pandera's YAML.

    Raises:
        ContractError: Something in it does not survive the round trip; column and check are named.
    """
    columns = columns_of(schema)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # how pandera says that it drops a check
        text = to_yaml(frame_schema(columns))
    again = columns_of(from_yaml(text))  # type: ignore[no-untyped-call]
    for name, back in (("column model", model.parse(text)), ("pandera", again)):
        if back != columns:
            raise ContractError(f"the schema read back by the {name} differs from the one written")
    path.write_text(text, encoding="utf-8")


def read(path: Path) -> pandera.DataFrameSchema:
    """Return the schema over frames of a file that `write` made.

    Raises:
        ContractError: The file is absent or no schema of a contract.
    """
    return frame_schema(model.columns(path))


def validate(schema: pandera.DataFrameSchema, rows: pd.DataFrame | pa.Table) -> pd.DataFrame:
    """Return rows as a frame that conforms to a schema.

    Raises:
        DataError: They do not; each column and check that failed is named with how many rows it
            refused and the first of them.
    """
    frame = from_table(columns_of(schema), rows) if isinstance(rows, pa.Table) else rows
    try:
        # Looking for what it could not coerce, pandera casts what is no number, and numpy warns.
        with np.errstate(invalid="ignore"):
            return schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        lines = [*_failures(error.failure_cases)]
        raise DataError(f"{len(frame)} rows do not conform to the schema", details=lines) from error


def _column(name: str, column: pandera.Column) -> Column:
    dtype = str(column.dtype)
    kind, _ = model.DTYPES.get(dtype, (None, None))
    checks = tuple(_check(name, check) for check in column.checks)
    if kind is None:
        raise ContractError(
            f"column {name!r}: no contract has dtype {dtype!r}",
            hint=f"valid are {[*model.DTYPES]}; a category is str with isin",
        )
    if kind == "str" and any(check.name == "isin" for check in checks):
        kind = "category"
    return Column(
        name=name,
        kind=kind,
        nullable=column.nullable,
        checks=checks,
        description=column.description or "",
    )


def _check(column: str, check: pandera.Check) -> Check:
    name = str(check.name)
    if name not in NAMES:
        raise ContractError(
            f"column {column!r}: the check {name!r} does not survive the round trip through YAML, "
            f"or has no meaning for one record{near(name, NAMES)}",
            hint=f"valid are {sorted({*NAMES.values()})}",
        )
    stated = {key: each for key, each in (check.statistics or {}).items() if each is not None}
    sets = {key: sorted(each) for key, each in stated.items() if isinstance(each, set | frozenset)}
    return Check(name=NAMES[name], args=stated | sets)


def _lost(given: pandera.DataFrameSchema, kept: pandera.DataFrameSchema) -> Iterator[str]:
    yield from _differences("the schema", given, kept, leave={"columns"})
    for name, column in given.columns.items():
        where = f"column {name!r}"
        yield from _differences(where, column, kept.columns[name], leave={"checks", "description"})
        for one, other in zip(column.checks, kept.columns[name].checks, strict=True):
            for option in OPTIONS:
                if getattr(one, option) != getattr(other, option):
                    yield f"{where}: check {one.name} has {option}={getattr(one, option)!r}"


def _differences(where: str, given: object, kept: object, *, leave: set[str]) -> Iterator[str]:
    for attribute, value in vars(given).items():
        if attribute not in leave and value != vars(kept).get(attribute):
            expected = vars(kept).get(attribute)
            yield f"{where}: {attribute.strip('_')} is {value!r}, a contract's is {expected!r}"


def _failures(cases: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each column and check that failed, in the order of first failure."""
    named = cases.assign(column=cases["column"].fillna("the frame"))
    for (column, check), group in named.groupby(["column", "check"], sort=False, dropna=False):
        rows = group.dropna(subset="index").head(ROWS_SHOWN)
        if rows.empty:
            yield f"{column}: {check}: {group['failure_case'].iloc[0]}"
            continue
        firsts = zip(rows["index"], rows["failure_case"], strict=True)
        shown = ", ".join(f"row {row}: {_shown(value)}" for row, value in firsts)
        yield f"{column}: {check} refuses {len(group)} rows, first {shown}"


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
