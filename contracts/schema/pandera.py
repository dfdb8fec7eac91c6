"""The pandera adapter: a contract's columns as a schema over frames, and as pandera's own YAML."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandera.pandas as pandera
import pyarrow as pa
from pandera.errors import SchemaErrors
from pandera.io.pandas_io import from_yaml, to_yaml
from pandera.pandas import DataFrameSchema

from contracts.errors import ContractError, DataError
from contracts.schema import stored
from contracts.schema.check import Check
from contracts.schema.checks.registry import GROUP, find
from contracts.schema.columns import Column, Columns
from contracts.schema.frame import from_table
from contracts.schema.pattern import portable, written
from contracts.schema.readings import disagreements
from contracts.schema.registration import register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

    Rows: TypeAlias = pd.DataFrame | pa.Table

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
#: What a check keeps of its name and arguments; all else of it a contract leaves as it is.
STATED = {"_check_fn", "_check_kwargs", "statistics", "statistics_args"}
ROWS_SHOWN = 3
WIDTH = 60

register()


def _frame_schema(columns: Columns, made: Callable[[Check], pandera.Check]) -> DataFrameSchema:
    """Return the schema over frames: exactly these columns, in this order, nothing coerced."""
    return DataFrameSchema(
        {
            column.name: pandera.Column(
                DTYPES[column.kind, column.nullable],
                [made(check) for check in column.checks],
                nullable=column.nullable,
                description=column.description or None,
            )
            for column in columns
        },
        checks=[made(check) for check in columns.row_checks],
        strict=True,
        ordered=True,
    )


def columns_of(schema: DataFrameSchema) -> Columns:
    """Return the columns of a pandera schema that a user wrote.

    Raises:
        ContractError: The schema has what no contract can carry: a check that is not registered
            or has no meaning for one record, coercion, uniqueness. Column and check are named.
    """
    _own(schema, DataFrameSchema, "the schema")
    columns = [_column(name, column) for name, column in schema.columns.items()]
    rows = [each for check in schema.checks for each in _checks("the frame", check)]
    found = Columns(columns, row_checks=rows)
    lost = [*_lost(schema, _frame_schema(found, _framed))]
    if lost:
        raise ContractError("the schema would not survive being written", details=lost)
    return found


def write(columns: Columns, path: Path) -> None:
    """Write a schema as pandera's YAML.

    Raises:
        ContractError: Something in it does not survive the round trip, or a check reads a frame
            and a record differently or has no outside; column and check are named.
    """
    apart = [*disagreements(columns)]
    if apart:
        raise ContractError("a check could not be proven to mean the same", details=apart)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # how pandera says that it drops a check
        text = to_yaml(_unsaid(_frame_schema(columns, _made)))
    again = columns_of(from_yaml(text))  # type: ignore[no-untyped-call]
    for name, back in (("column model", stored.parse(text)), ("pandera", again)):
        if back != columns:
            raise ContractError(f"the schema read back by the {name} differs from the one written")
    path.write_text(text, encoding="utf-8")


def validate(columns: Columns, rows: Rows) -> pd.DataFrame:
    """Return rows as a frame that conforms to a schema.

    Raises:
        DataError: They do not; each column and check that failed is named with how many rows it
            refused and the first of them.
    """
    return validator(columns)(rows)


def validator(columns: Columns) -> Callable[[Rows], pd.DataFrame]:
    """Return `validate` for one schema, which is built once for any number of calls."""
    schema = _frame_schema(columns, _framed)

    def validate(rows: Rows) -> pd.DataFrame:
        frame = from_table(columns, rows) if isinstance(rows, pa.Table) else rows
        try:
            # Looking for values it could not coerce, pandera casts texts to numbers: numpy warns.
            with np.errstate(invalid="ignore"):
                return schema.validate(frame, lazy=True)
        except SchemaErrors as error:
            raise DataError(
                f"{len(frame)} rows do not conform to the schema",
                details=[*_failures(error.failure_cases)],
            ) from error

    return validate


def _made(check: Check) -> pandera.Check:
    made: pandera.Check = getattr(pandera.Check, check.name)(**check.args)
    return made


def _framed(check: Check) -> pandera.Check:
    """Return a check as frames are held to it.

    From 3.1 on pandas takes a pattern's ``$`` to stand before a last newline too, in a column that
    has a newline anywhere: the end is written so that it is the end to every version.
    """
    if check.name == "str_matches":
        return _made(_matching(portable(check.args["pattern"])))
    return _made(check)


def _spelled(check: Check) -> Check:
    """Return a check of a frame as a contract says it, `_framed` undone."""
    pattern = check.args.get("pattern")
    if check.name == "str_matches" and isinstance(pattern, str):
        return _matching(written(pattern))
    return check


def _matching(pattern: str) -> Check:
    return Check(name="str_matches", args={"pattern": pattern})


def _unsaid(schema: DataFrameSchema) -> DataFrameSchema:
    """Return a schema whose registered checks do not repeat, as text, what their arguments say."""
    for check in (*schema.checks, *(c for each in schema.columns.values() for c in each.checks)):
        if not hasattr(find(str(check.name)), "pandera"):
            check.error = None
    return schema


def _own(given: object, kind: type, where: str) -> None:
    if type(given) is not kind:
        raise ContractError(
            f"{where}: expected a {kind.__name__} of pandera, got {type(given).__name__}",
            hint="what a class of its own does would not survive being written",
        )


def _column(name: str, column: pandera.Column) -> Column:
    _own(column, pandera.Column, f"column {name!r}")
    dtype = str(column.dtype)
    kind, _ = stored.DTYPES.get(dtype, (None, None))
    checks = tuple(check for given in column.checks for check in _checks(f"column {name!r}", given))
    if kind is None:
        raise ContractError(
            f"column {name!r}: no contract has dtype {dtype!r}",
            hint=f"valid are {[*stored.DTYPES]}; a category is str with isin",
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


def _checks(where: str, check: pandera.Check) -> Iterator[Check]:
    """Yield what a contract holds for a check of pandera.

    Raises:
        ContractError: It is no check of a contract, or has options that would be lost.
    """
    stated = check.statistics or {}
    args = {key: _written(each) for key, each in stated.items()}
    found = [_spelled(each) for each in stored.named(where, str(check.name), args)]
    try:
        plain = getattr(pandera.Check, str(check.name))(**stated)
    except TypeError as error:
        raise ContractError(f"{where}: check {check.name}: no arguments: {error}") from error
    if _function(check) is not _function(plain):
        raise ContractError(
            f"{where}: the check named {check.name!r} is a function of its own, which would not "
            "survive being written",
            hint=f"register it under another name, as the entry-point group {GROUP!r} has it",
        )
    lost = [
        f"{where}: check {check.name} has {option}={getattr(check, option)!r}"
        for option in sorted({*vars(check)} - STATED)
        if _option(check, option) != _option(plain, option)
    ]
    if lost:
        raise ContractError("the schema would not survive being written", details=lost)
    yield from found


def _written(argument: Any) -> Any:
    """Return an argument as it stands in the file: sets and tuples are lists there."""
    if isinstance(argument, set | frozenset):
        return sorted(argument, key=lambda each: (type(each).__name__, each))
    return [*argument] if isinstance(argument, tuple) else argument


def _function(check: pandera.Check) -> Any:
    """Return what a check calls: the function that was registered, or pandera's own dispatch.

    The dispatch itself is copied with each schema; nobody else's function is one.
    """
    called = check._check_fn  # noqa: SLF001 - a name can be given to any function
    return getattr(called, "func", type(called))


def _option(check: pandera.Check, option: str) -> Any:
    """Return an option of a check, and of the wording of its error the words, sorted.

    Pandera words a check by its arguments in the order they came in, and by a set's members in
    the order they are stored in, which changes where the set is copied.
    """
    value = getattr(check, option)
    return sorted(re.findall(r"[^\s(){}=,]+", value)) if option == "error" and value else value


def _lost(given: DataFrameSchema, kept: DataFrameSchema) -> Iterator[str]:
    yield from _differences("the schema", given, kept, leave={"columns", "checks"})
    for name, column in given.columns.items():
        where = f"column {name!r}"
        yield from _differences(where, column, kept.columns[name], leave={"checks", "description"})


def _differences(where: str, given: object, kept: object, *, leave: set[str]) -> Iterator[str]:
    for attribute, value in vars(given).items():
        expected = vars(kept).get(attribute)
        # An index cannot be compared with None, which is what a contract has.
        if attribute not in leave and (type(value) is not type(expected) or value != expected):
            yield f"{where}: {attribute.strip('_')} is {value!r}, a contract's is {expected!r}"


def _failures(cases: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each column and check that failed, in the order of first failure."""
    # A check between columns fails once for each column; once says it, and the row says the values.
    between = (cases["schema_context"] == "DataFrameSchema") & cases["index"].notna()
    named = cases.assign(column=cases["column"].mask(between).fillna("the frame"))
    named = named[~(between & named.duplicated(["check", "check_number", "index"]))]
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
