"""A schema as a file: pandera's YAML, read without pandera or pandas."""

from __future__ import annotations

from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from contracts.errors import ContractError
from contracts.host.plain_yaml import read_text, read_yaml
from contracts.schema.check import Check
from contracts.schema.checks.registry import find, names, own, unknown
from contracts.schema.columns import Column, Columns, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The dtype of each kind in a frame: of a column without null, and of one that takes null.
DTYPES: dict[Kind, tuple[str, str]] = {
    "int": ("int64", "Int64"),
    "float": ("float64", "float64"),
    "bool": ("bool", "boolean"),
    "str": ("str", "str"),
    "category": ("str", "str"),
    "datetime": ("datetime64[us, UTC]", "datetime64[us, UTC]"),
}
#: How pandera writes ``str``.
TEXT = "string[pyarrow]"
FRAME = {"schema_type": "dataframe", "api": "pandas", "strict": True, "ordered": True}


def columns(path: Path) -> Columns:
    """Return the schema of a file in pandera's YAML.

    Raises:
        ContractError: The file is absent, is no such schema, or holds what no contract may.
    """
    text = read_text(path)
    try:
        return parse(text)
    except ContractError as error:
        raise ContractError(
            f"{path}: {error.message}", hint=error.hint, details=error.details
        ) from error


def parse(text: str) -> Columns:
    """Return the schema of a text in pandera's YAML.

    Raises:
        ContractError: The text is no such schema, or holds what no contract may.
    """
    content = read_yaml(text)
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise ContractError("expected a pandera schema with columns")
    entries, checks = content.pop("columns"), {"checks": content.pop("checks", None)}
    if content != FRAME:
        raise ContractError(f"expected a schema with {FRAME} and columns, got {short(content)}")
    return Columns(
        [_column(name, entry) for name, entry in entries.items()],
        row_checks=_checks("the frame", checks),
    )


def typed_column(
    name: str, dtype: object, *, nullable: Any, checks: tuple[Check, ...], description: Any
) -> Column:
    """Return the column of a dtype in a frame.

    Raises:
        ContractError: No contract has such a column.
    """
    spelled = "str" if dtype == TEXT else dtype
    kind = next((kind for kind, both in DTYPES.items() if both[bool(nullable)] == spelled), None)
    if kind is None:
        valid = [*dict.fromkeys(each for both in DTYPES.values() for each in both)]
        raise ContractError(
            f"column {name!r}: no contract has dtype {short(dtype)} with nullable={nullable!r:.9}",
            hint=f"valid are {valid}; a nullable int is Int64, a nullable bool boolean, a category "
            "str with isin",
        )
    if kind == "str" and any(check.name == "isin" for check in checks):
        kind = "category"
    return Column(name=name, kind=kind, nullable=nullable, checks=checks, description=description)


def contract_checks(where: str, name: str, args: dict[str, Any]) -> Iterator[Check]:
    """Yield the contract's checks, one or two, that one pandera check translates to.

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
        raise ContractError(
            f"{where}: {name!r} is no check that a contract knows: {unknown(name)}",
            hint=f"valid are {[*names(), 'in_range']}",
        )
    if known == "str_length" and "exact_value" in args:
        exact = args.pop("exact_value")
        args |= {"min_value": exact, "max_value": exact}
    yield Check(name=known, args=args)


def _column(name: str, entry: Any) -> Column:
    if not isinstance(entry, dict):
        raise ContractError(
            f"expected a column's name and entry, got {short(name)}: {short(entry)}"
        )
    entry = dict(entry)
    given = {key: entry.pop(key, None) for key in ("dtype", "description")}
    nullable = entry.pop("nullable", False)
    return typed_column(
        name,
        given["dtype"],
        nullable=nullable,
        checks=tuple(_checks(f"column {name!r}", entry)),
        description=given["description"] or "",
    )


def _checks(where: str, entry: dict[str, Any]) -> Iterator[Check]:
    """Yield the checks of an entry: its list of checks, then its own keys.

    An argument that stands alone is the check's first.
    """
    checks = entry.pop("checks", None) or []
    if not isinstance(checks, list):
        raise ContractError(f"{where}: expected a list of checks, got {short(checks)}")
    for check in checks:
        args = dict(check) if isinstance(check, dict) else {}
        options = args.pop("options", None)
        name = options.get("check_name") if isinstance(options, dict) else None
        if not isinstance(name, str):
            raise ContractError(f"{where}: expected a check with its name, got {short(check)}")
        yield from contract_checks(where, name, args)
    for name, given in entry.items():
        kind = find(own(name) or name)
        first = kind.__struct_fields__[:1] if kind and given is not None else ()
        args = given if isinstance(given, dict) else dict.fromkeys(first, given)
        yield from contract_checks(where, name, args)
