"""A schema as data, read without pandera or pandas: its columns in order, and its checks.

The frame schema, the record type, the generator of test inputs and every implementation's encoding
are built from it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

from contracts.errors import ContractError
from contracts.schema.check import Check
from contracts.schema.rules import faults, row_faults
from contracts.schema.values import unicode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["int", "float", "bool", "str", "datetime", "category"]
#: What JSON writes without an escape: no quote, backslash, control character or lone surrogate.
NAME = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: which values it takes, in a frame and on the wire alike.

    Attributes:
        name: As in the frame and in the record.
        kind: ``category`` is text with a closed set; ``datetime`` is an instant, UTC.
        nullable: Whether null is a value; the column itself is always there.
        checks: Conditions on every value that is not null.
        description: What the column means, its unit, for the reader.

    Raises:
        ContractError: A check does not fit the kind, or would not mean the same for a frame and a
            record; or the name, the description or ``nullable`` is not of its type.
    """

    name: str
    kind: Kind
    nullable: bool = False
    checks: tuple[Check, ...] = ()
    description: str = ""

    def __post_init__(self) -> None:
        lines = [*_unwritable(self)] or faults(self.kind, self.checks)
        if lines:
            raise ContractError(f"column {self.name!r} cannot stand in a contract", details=lines)

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What the checks mean, in their order: see `contracts.schema.checks.condition`."""
        return tuple(check.condition for check in self.checks)

    @property
    def values(self) -> tuple[Any, ...]:
        """The closed set of an ``isin`` check in its order, empty where there is none."""
        closed = (check.args["allowed_values"] for check in self.checks if check.name == "isin")
        return tuple(next(closed, ()))


class Columns(tuple[Column, ...]):  # noqa: SLOT001 - a tuple of any length takes no slots
    """A schema: a tuple of columns in their order, and the checks between the columns of a row.

    Args:
        columns: With distinct names, one at least.
        row_checks: The checks between columns.

    Attributes:
        row_checks: The same.

    Raises:
        ContractError: There are no columns, two have one name, or a check does not fit them.
    """

    row_checks: tuple[Check, ...]

    def __new__(cls, columns: Iterable[Column], *, row_checks: Iterable[Check] = ()) -> Self:
        """Return the tuple, its checks attached, if together they are a schema."""
        self = super().__new__(cls, columns)
        self.row_checks = tuple(row_checks)
        twice = sorted(name for name, times in Counter(self.names).items() if times > 1)
        if twice or not self:
            raise ContractError(f"expected columns with distinct names, got {twice or 'none'}")
        lines = row_faults(self.by_name, self.row_checks)
        if lines:
            raise ContractError("the frame has a check that no contract takes", details=lines)
        return self

    def __eq__(self, other: object) -> bool:
        equal = isinstance(other, Columns) and self.row_checks == other.row_checks
        return equal and tuple.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other  # a tuple's own compares the columns alone

    def __hash__(self) -> int:
        return hash(self.names)

    def __getnewargs_ex__(self) -> tuple[tuple[tuple[Column, ...]], dict[str, Any]]:
        return ((tuple(self),), {"row_checks": self.row_checks})

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self)

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by name, in order."""
        return {column.name: column for column in self}

    @property
    def row_conditions(self) -> tuple[Any, ...]:
        """What the checks between columns mean, in their order."""
        return tuple(check.condition for check in self.row_checks)


def _unwritable(column: Any) -> Iterator[str]:
    """Yield why a column's name, null or description could not be written in a file or record."""
    if not NAME.fullmatch(column.name):
        yield "its name is empty, or has a quote, a backslash or a control character"
    if not isinstance(column.nullable, bool):
        yield f"nullable is {column.nullable!r}, expected true or false"
    if not isinstance(column.description, str) or not unicode(column.description):
        yield f"its description is no text: {column.description!r}"
