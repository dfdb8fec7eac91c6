"""The compiled column model: a contract's schema as data, read without pandera or pandas.

The frame schema, the record type, the generator of test inputs and every implementation's encoding
are built from these columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
import yaml

from contracts.errors import ContractError, near
from contracts.schema.check import KNOWN, NAMES, Check
from contracts.schema.rules import faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Kind = Literal["int", "float", "bool", "str", "datetime", "category"]

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


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: what a value may be, in a frame and on the wire alike.

    Attributes:
        name: As in the frame and in the record.
        kind: ``category`` is text with a closed set; ``datetime`` is an instant, UTC.
        nullable: Whether null is a value; the column itself is always there.
        checks: Conditions on every value that is not null.
        description: What the column means, its unit, for the reader.

    Raises:
        ContractError: A check does not fit the kind, or would not mean the same on both sides.
    """

    name: str
    kind: Kind
    nullable: bool = False
    checks: tuple[Check, ...] = ()
    description: str = ""

    def __post_init__(self) -> None:
        found = faults(self.kind, self.checks)
        if found:
            raise ContractError(f"column {self.name!r} cannot stand in a contract", details=found)

    def args(self, check: str) -> dict[str, Any] | None:
        """Return the arguments of the check so named, or None where the column has none."""
        return next((each.args for each in self.checks if each.name == check), None)

    @property
    def values(self) -> tuple[Any, ...]:
        """The closed set of an ``isin`` check in its order, empty where there is none."""
        return tuple((self.args("isin") or {}).get("allowed_values", ()))


def distinct(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns as a tuple.

    Raises:
        ContractError: There are none, or two have one name.
    """
    found = tuple(columns)
    names = [column.name for column in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not found:
        raise ContractError(f"expected columns with distinct names, got {twice or 'none'}")
    return found


def columns(path: Path) -> tuple[Column, ...]:
    """Return the columns of a schema file in pandera's YAML.

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


def parse(text: str) -> tuple[Column, ...]:
    """Return the columns of a schema given as pandera's YAML text.

    Raises:
        ContractError: The text is no such schema, or holds what no contract may.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"the schema is no YAML: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise ContractError("expected a pandera schema with columns")
    entries = content.pop("columns")
    frame = {"schema_type": "dataframe", "api": "pandas", "strict": True, "ordered": True}
    if content != frame:
        raise ContractError(f"expected a schema with {frame} and columns, got {content}")
    return distinct(_column(name, entry) for name, entry in entries.items())


def _column(name: Any, entry: Any) -> Column:
    if not isinstance(name, str) or not isinstance(entry, dict):
        raise ContractError(f"expected a column's name and entry, got {name!r}: {entry!r}")
    entry = dict(entry)
    dtype, nullable = entry.pop("dtype", None), entry.pop("nullable", False)
    description = entry.pop("description", None) or ""
    checks = tuple(_check(name, *each) for each in _listed(entry))
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


def _check(column: str, name: str, args: Any) -> Check:
    if name not in NAMES:
        raise ContractError(
            f"column {column!r}: {name!r} is no check that a contract knows{near(name, NAMES)}",
            hint=f"valid are {[*KNOWN]}",
        )
    short = NAMES[name]
    if not isinstance(args, dict):
        args = {} if args is None else {KNOWN[short][1]: args}
    return Check(name=short, args={key: each for key, each in args.items() if each is not None})
