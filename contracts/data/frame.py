"""A source and a schema of a frame, or of a function that returns one: a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import msgspec
import pyarrow as pa

from contracts.data.opened import ROW, duckdb_engine
from contracts.data.programmatic import Programmatic
from contracts.data.table import events_of
from contracts.errors import DataError, did_you_mean
from contracts.schema.declared import Declared, inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.schema.columns import Kind


def source(rows: Any, *, outcome: str, **said: str) -> Programmatic:
    """Return a source of a frame of pandas, polars or Arrow, of an Ibis table, or of a function.

    Every column that is said to be nothing else is an input, under its own name.

    Args:
        rows: The frame; or a function that returns it, called when the first window is asked for.
        outcome: The column of the truth; null until it is known.
        said: ``time``, ``zone``, ``arrived``, ``delay``, ``spacing``, ``id`` and ``key``, as in
            `contracts.data.table.events`.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"at": ["2024-05-01 12:00:00"], "size": [3.5], "late": [True]})
    >>> late = source(frame, outcome="late", time="at", delay="1d")
    >>> late.window(0, 2**60, known_by=2**60).column_names
    ['id', 'key', 'time', 'outcome', 'arrived', 'known', 'size']
    """

    def query() -> ir.Table:
        table = _opened(rows() if callable(rows) else rows)
        roles = {
            outcome,
            *(said[each] for each in ("time", "arrived", "id", "key") if each in said),
        }
        columns = [*_inputs(table, without={*roles, ROW})]
        return events_of(table, columns, called="the frame", outcome=outcome, **said)

    return Programmatic(query)


def schema(rows: Any, *, without: Sequence[str]) -> Any:
    """Return the input schema of a sample, from pandera: its columns and their kinds.

    Null and any value of its kind may come in each: what a sample has is no law. A column that must
    be narrower is declared by `contracts.schema.declared.inputs`.

    Args:
        rows: A frame of pandas, polars or Arrow, an Ibis table, or a function that returns one.
        without: The columns that are no inputs, the target first of all.

    Raises:
        DataError: It is no frame, has none of those columns, or a column can be no input.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"size": [3.5], "shop": ["north"], "late": [True]})
    >>> [*schema(frame, without=["late"]).columns]
    ['size', 'shop']
    """
    table = _opened(rows() if callable(rows) else rows)
    missing = [name for name in without if name not in table.columns]
    if missing:
        raise DataError(
            f"without={[*without]}: the sample has no column {missing[0]!r}"
            f"{did_you_mean(missing[0], table.columns)}",
            hint=f"its columns are {', '.join(name for name in table.columns if name != ROW)}",
        )
    columns = _inputs(table, without={*without, ROW})
    return inputs([msgspec.to_builtins(each) for each in columns])


def _opened(rows: Any) -> ir.Table:
    """Return a frame as a table whose rows are numbered; an Ibis table as it is.

    Raises:
        DataError: It is no frame.
    """
    if isinstance(rows, ir.Table):
        return rows
    try:
        table: ir.Table = duckdb_engine().create_table("events", pa.table(rows))
    except Exception as error:  # whatever Ibis and an engine make of other objects
        raise DataError(
            f"expected a frame or a function that returns one, got {type(rows).__name__}",
            hint="a frame of pandas or polars, an Arrow table, or an Ibis table",
        ) from error
    return table.mutate(**{ROW: ibis.row_number()})


def _inputs(table: ir.Table, *, without: set[str]) -> Iterator[Declared]:
    for name, kind in table.schema().items():
        if name not in without:
            yield Declared(name=name, kind=_kind(name, kind), nullable=True)


def _kind(name: str, kind: Any) -> Kind:
    if kind.is_boolean():
        return "bool"
    if kind.is_integer():
        return "int"
    if kind.is_numeric():
        return "float"
    if kind.is_string():
        return "str"
    raise DataError(
        f"column {name!r}: {kind} can be no input",
        hint="derive a number or a text of it, or leave it out of the frame",
    )
