"""Checks frames against a schema with pandera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaError, SchemaErrors

from contracts.errors import DataError
from contracts.schema.frame import from_table
from contracts.schema.pattern import portable
from contracts.schema.registration import register
from contracts.schema.stored import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from contracts.schema.check import Check
    from contracts.schema.columns import Columns

    Rows: TypeAlias = pd.DataFrame | pa.Table

ROWS_SHOWN = 3
WIDTH = 60
#: How many characters of pandera's own message are shown: it may quote the values.
LONGEST = 300

register()


def validate(columns: Columns, rows: Rows) -> pd.DataFrame:
    """Return rows as a frame that conforms to a schema.

    Raises:
        DataError: They do not; each column and check that failed is named with how many rows it
            refused and the first of them.
    """
    return validator(columns)(rows)


def validator(columns: Columns, *, every: bool = True) -> Callable[[Rows], pd.DataFrame]:
    """Return `validate` for one schema, which is built once for any number of calls.

    Args:
        columns: The schema's columns.
        every: Whether an error names every check that failed; else the first, in a ninth of the
            time for a frame of one row.
    """
    schema = frame_schema(columns, frame_check)

    def validate(rows: Rows) -> pd.DataFrame:
        frame = from_table(columns, rows) if isinstance(rows, pa.Table) else rows
        try:
            # Looking for values it could not coerce, pandera casts texts to numbers: numpy warns.
            with np.errstate(invalid="ignore"):
                return schema.validate(frame, lazy=every)
        except SchemaErrors as error:
            raise _refusal(frame, *_failures(error.failure_cases)) from error
        except SchemaError as error:
            raise _refusal(frame, " ".join(str(error).split())[:LONGEST]) from error

    return validate


def _refusal(frame: pd.DataFrame, *details: str) -> DataError:
    return DataError(f"{len(frame)} rows do not conform to the schema", details=details)


def frame_schema(
    columns: Columns, as_check: Callable[[Check], pandera.Check]
) -> pandera.DataFrameSchema:
    """Return the schema over frames: exactly these columns, in this order, nothing coerced.

    Args:
        columns: The columns.
        as_check: Returns a contract's check as one of pandera's.
    """
    return pandera.DataFrameSchema(
        {
            column.name: pandera.Column(
                DTYPES[column.kind][column.nullable],
                [as_check(check) for check in column.checks],
                nullable=column.nullable,
                description=column.description or None,
            )
            for column in columns
        },
        checks=[as_check(check) for check in columns.row_checks],
        strict=True,
        ordered=True,
    )


def frame_check(check: Check) -> pandera.Check:
    """Return a contract's check as pandera's check of a frame.

    From 3.1 on pandas takes a pattern's ``$`` to stand before a last newline too, in a column that
    has a newline anywhere: the end is written so that it is the end to every version.
    """
    pattern = {"pattern": portable(check.args["pattern"])} if check.name == "str_matches" else {}
    return pandera_check(check.name, {**check.args, **pattern})


def pandera_check(name: str, args: dict[str, Any]) -> pandera.Check:
    """Return pandera's own or registered check of a name."""
    check: pandera.Check = getattr(pandera.Check, name)(**args)
    return check


def _failures(cases: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each column and check that failed, in the order of first failure."""
    # A check between columns fails once for each column: one is enough, as it shows all values.
    between = (cases["schema_context"] == "DataFrameSchema") & cases["index"].notna()
    named = cases.assign(column=cases["column"].mask(between).fillna("the frame"))
    named = named[~(between & named.duplicated(["check", "check_number", "index"]))]
    for (column, check), group in named.groupby(["column", "check"], sort=False, dropna=False):
        rows = group.dropna(subset="index").head(ROWS_SHOWN)
        if rows.empty:
            yield f"{column}: {check}: {group['failure_case'].iloc[0]}"
            continue
        firsts = zip(rows["index"], rows["failure_case"], strict=True)
        shown = ", ".join(f"row {row}: {_short(value)}" for row, value in firsts)
        yield f"{column}: {check} refuses {len(group)} rows, first {shown}"


def _short(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
