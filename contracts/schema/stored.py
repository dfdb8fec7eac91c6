"""A schema as it is stored: pandera's YAML, read without pandera or pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from contracts.errors import ContractError, did_you_mean
from contracts.schema.check import Check
from contracts.schema.checks.registry import REFUSED, find, names, own
from contracts.schema.columns import Column, Columns, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: dtype of the frame: (kind, whether null is a value; None where the dtype leaves it open).
DTYPES: dict[str, tuple[Kind, bool | None]] = {
    "int64": ("int", False),
    "Int64": ("int", True),
    "float64": ("float", None),
    "bool": ("bool", False),
    "boolean": ("bool", True),
    "str": ("str", None),
    "string[pyarrow]": ("str", None),
    "datetime64[us, UTC]": ("datetime", None),
}
FRAME = {"schema_type": "dataframe", "api": "pandas", "strict": True, "ordered": True}


def columns(path: Path) -> Columns:
    """Return the schema of a file in pandera's YAML.

    Raises:
        ContractError: The file is absent, is no such schema, or holds what no contract may.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(f"there is no schema at {path}") from None
    except ContractError as error:
        raise ContractError(
            f"{path}: {error.message}", hint=error.hint, details=error.details
        ) from error


def parse(text: str) -> Columns:
    """Return the schema that pandera's YAML text says.

    Raises:
        ContractError: The text is no such schema, or holds what no contract may.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"the schema is no YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise ContractError("expected a pandera schema with columns")
    entries, listed = content.pop("columns"), {"checks": content.pop("checks", None)}
    if content != FRAME:
        raise ContractError(f"expected a schema with {FRAME} and columns, got {content}")
    found = tuple(_column(name, entry) for name, entry in entries.items())
    rows = [each for name, args in _listed(listed) for each in _checks("the frame", name, args)]
    return Columns(found, row_checks=rows)


def named(where: str, name: str, args: dict[str, Any]) -> Iterator[Check]:
    """Yield what a check with pandera's name and arguments is in a contract: one check or two.

    Args:
        where: The column or the frame, for the message.
        name: As pandera or a contract names it.
        args: As pandera names them; those that are None are not stated.

    Raises:
        ContractError: No contract knows such a check.
    """
    args = {key: each for key, each in args.items() if each is not None}
    if name == "in_range" and {*args} <= {"min_value", "max_value", "include_min", "include_max"}:
        for bound, side in (("min", ("gt", "ge")), ("max", ("lt", "le"))):
            if f"{bound}_value" in args:
                short = side[bool(args.get(f"include_{bound}", True))]
                yield Check(name=short, args={f"{bound}_value": args[f"{bound}_value"]})
        return
    known = own(name)
    if known is None:
        reason = REFUSED.get(name) or (
            "it has no name and does not survive the round trip through YAML"
            if name.startswith("<")
            else f"no package registers it{did_you_mean(name, names())}"
        )
        raise ContractError(
            f"{where}: {name!r} is no check that a contract knows: {reason}",
            hint=f"valid are {[*names(), 'in_range']}",
        )
    if known == "str_length" and "exact_value" in args:
        exact = args.pop("exact_value")
        args |= {"min_value": exact, "max_value": exact}
    yield Check(name=known, args=args)


def _column(name: Any, entry: Any) -> Column:
    if not isinstance(name, str) or not isinstance(entry, dict):
        raise ContractError(f"expected a column's name and entry, got {name!r}: {entry!r}")
    entry = dict(entry)
    dtype, nullable = entry.pop("dtype", None), entry.pop("nullable", False)
    description = entry.pop("description", None) or ""
    checks = tuple(check for each in _listed(entry) for check in _checks(f"column {name!r}", *each))
    kind, only = DTYPES.get(dtype, (None, None)) if isinstance(dtype, str) else (None, None)
    if kind is None or only not in {None, nullable}:
        raise ContractError(
            f"column {name!r}: no contract has dtype {dtype!r} with nullable={nullable}",
            hint=f"valid are {[*DTYPES]}; a nullable int is Int64, a nullable bool boolean",
        )
    if kind == "str" and any(check.name == "isin" for check in checks):
        kind = "category"
    return Column(name=name, kind=kind, nullable=nullable, checks=checks, description=description)


def _listed(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield name and arguments of the checks, written as a list or as the column's own keys."""
    for check in entry.pop("checks", None) or ():
        args = dict(check)
        yield args.pop("options", {}).get("check_name", ""), args
    yield from entry.items()


def _checks(where: str, name: str, args: Any) -> Iterator[Check]:
    """Yield the checks of an entry; an argument that stands alone is the check's first."""
    if not isinstance(args, dict):
        kind = find(own(name) or name)
        first = kind.__struct_fields__[:1] if kind else ()
        args = {} if args is None else dict.fromkeys(first, args)
    yield from named(where, name, args)
