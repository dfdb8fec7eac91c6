"""Reads the schema that a user wrote with pandera, and writes a contract's as pandera's YAML."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandera.pandas as pandera
from pandera.io.pandas_io import from_yaml, to_yaml

from contracts.errors import ContractError
from contracts.schema import stored
from contracts.schema.checks.registry import BUILT_IN, GROUP
from contracts.schema.columns import Column, Columns
from contracts.schema.file_value import file_value
from contracts.schema.readings import disagreements
from contracts.schema.validation import frame_check, frame_schema, pandera_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.schema.check import Check

#: Where pandera keeps a check's function and arguments; a contract has nothing else of a check.
ARGUMENTS = {"_check_fn", "_check_kwargs", "statistics", "statistics_args"}


def columns_of(schema: pandera.DataFrameSchema) -> Columns:
    """Return the columns of a pandera schema that a user wrote.

    Raises:
        ContractError: The schema has what no contract can carry: a check that is not registered
            or has no meaning for one record, coercion, uniqueness. Column and check are named.
    """
    _require_exactly(schema, pandera.DataFrameSchema, "the schema")
    columns = Columns(
        [_column(name, column) for name, column in schema.columns.items()],
        row_checks=[each for check in schema.checks for each in _checks("the frame", check)],
    )
    lost = [*_lost(schema, frame_schema(columns, frame_check))]
    if lost:
        raise ContractError("the schema would not survive being written", details=lost)
    return columns


def write(columns: Columns, path: Path) -> None:
    """Write a schema as pandera's YAML.

    Raises:
        ContractError: Something in it does not survive the round trip, or a check reads a frame
            and a record differently or has no outside; column and check are named.
    """
    differing = [*disagreements(columns)]
    if differing:
        raise ContractError("a check could not be proven to mean the same", details=differing)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # how pandera says that it drops a check
        text = to_yaml(frame_schema(columns, _yaml_check))
    again = columns_of(from_yaml(text))  # type: ignore[no-untyped-call]
    for reader, read in (("column model", stored.parse(text)), ("pandera", again)):
        if read != columns:
            raise ContractError(f"the schema that the {reader} reads back differs from the written")
    path.write_text(text, encoding="utf-8")


def _yaml_check(check: Check) -> pandera.Check:
    """Return a contract's check as pandera's check that is written to the file.

    A registered one repeats its arguments as the text of its error, which is left out.
    """
    written = pandera_check(check.name, check.args)
    if not hasattr(BUILT_IN.get(check.name), "pandera"):
        written.error = None
    return written


def _require_exactly(given: object, kind: type, where: str) -> None:
    if type(given) is not kind:
        raise ContractError(
            f"{where}: expected a {kind.__name__} of pandera, got {type(given).__name__}",
            hint="what a class of its own does would not survive being written",
        )


def _column(name: str, column: pandera.Column) -> Column:
    where = f"column {name!r}"
    _require_exactly(column, pandera.Column, where)
    return stored.typed_column(
        name,
        str(column.dtype),
        nullable=column.nullable,
        checks=tuple(each for check in column.checks for each in _checks(where, check)),
        description=file_value(column.description or "", where),
    )


def _checks(where: str, check: pandera.Check) -> Iterator[Check]:
    """Yield the contract's checks that one pandera check translates to.

    Raises:
        ContractError: No contract has such a check, or it has options that would be lost.
    """
    stated = check.statistics or {}
    args = {key: _argument(each, f"{where}: check {check.name}") for key, each in stated.items()}
    checks = [*stored.contract_checks(where, str(check.name), args)]
    try:
        plain = pandera_check(str(check.name), stated)
    except TypeError as error:
        raise ContractError(f"{where}: check {check.name}: no arguments: {error}") from error
    if _function(check) is not _function(plain):
        raise ContractError(
            f"{where}: the check named {check.name!r} is an unregistered function, which would "
            "not survive being written",
            hint=f"register it under another name, as the entry-point group {GROUP!r} has it",
        )
    lost = [
        f"{where}: check {check.name} has {option}={getattr(check, option)!r}"
        for option in sorted({*vars(check)} - ARGUMENTS)
        if _option(check, option) != _option(plain, option)
    ]
    if lost:
        raise ContractError("the schema would not survive being written", details=lost)
    yield from checks


def _argument(argument: Any, where: str) -> Any:
    """Return an argument as it stands in the file: sets, tuples and arrays are lists there.

    Raises:
        ContractError: It has a value that the file cannot state exactly.
    """
    if isinstance(argument, set | frozenset):
        values = [file_value(each, where) for each in argument]
        return sorted(values, key=lambda each: (type(each).__name__, each))
    if isinstance(argument, list | tuple | np.ndarray):
        return [file_value(each, where) for each in argument]
    return file_value(argument, where)


def _function(check: pandera.Check) -> Any:
    """Return what a check calls: the function that was registered, or pandera's own dispatch.

    The dispatch itself is copied with each schema; nobody else's function is one.
    """
    called = check._check_fn  # noqa: SLF001 - a name can be given to any function
    return getattr(called, "func", type(called))


def _option(check: pandera.Check, option: str) -> Any:
    """Return an option of a check; for its error text, the sorted words.

    Pandera words a check by its arguments in the order they came in, and by a set's members in
    the order they are stored in, which changes where the set is copied.
    """
    value = getattr(check, option)
    return sorted(re.findall(r"[^\s(){}=,]+", value)) if option == "error" and value else value


def _lost(given: pandera.DataFrameSchema, contract: pandera.DataFrameSchema) -> Iterator[str]:
    """Yield what a user's schema has and the one built of its columns has not, a line each."""
    yield from _differences("the schema", given, contract, leave={"columns", "checks"})
    for name, column in given.columns.items():
        where = f"column {name!r}"
        yield from _differences(
            where, column, contract.columns[name], leave={"checks", "description"}
        )


def _differences(where: str, given: object, contract: object, *, leave: set[str]) -> Iterator[str]:
    for attribute, value in vars(given).items():
        expected = vars(contract).get(attribute)
        # An index cannot be compared with None, which is what a contract has.
        if attribute not in leave and (type(value) is not type(expected) or value != expected):
            yield f"{where}: {attribute.strip('_')} is {value!r}, a contract's is {expected!r}"
