"""A schema as a whole: its columns in their order, and the checks between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from contracts.errors import ContractError
from contracts.schema.column import Column
from contracts.schema.rules import condition, row_faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.schema.check import Check


class Columns(tuple[Column, ...]):  # noqa: SLOT001 - a tuple of any length takes no slots
    """Columns in their order, a tuple of them, and what must hold between the columns of a row.

    Args:
        columns: With distinct names, one at least.
        rows: The checks between columns.

    Attributes:
        rows: The same.

    Raises:
        ContractError: There are no columns, two have one name, or a check cannot stand.
    """

    rows: tuple[Check, ...]

    def __new__(cls, columns: Iterable[Column], *, rows: Iterable[Check] = ()) -> Self:
        """Make the tuple, and refuse what is no schema."""
        self = super().__new__(cls, columns)
        self.rows = tuple(rows)
        names = [column.name for column in self]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            raise ContractError(f"expected columns with distinct names, got {twice or 'none'}")
        found = row_faults(dict(zip(names, self, strict=True)), self.rows)
        if found:
            raise ContractError("the frame has a check that no contract takes", details=found)
        return self

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, other) is True and self.rows == between(other)

    def __ne__(self, other: object) -> bool:
        return not self == other  # a tuple's own compares columns alone

    def __hash__(self) -> int:
        return tuple.__hash__(self)

    def __getnewargs_ex__(self) -> tuple[tuple[tuple[Column, ...]], dict[str, Any]]:
        return ((tuple(self),), {"rows": self.rows})

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What the checks between columns mean, in their order."""
        return tuple(condition(check) for check in self.rows)


def whole(columns: Iterable[Column]) -> Columns:
    """Return columns as a schema: a schema as it is, others without checks between them.

    Raises:
        ContractError: There are none, or two have one name.
    """
    return columns if isinstance(columns, Columns) else Columns(columns)


def between(columns: object) -> tuple[Check, ...]:
    """Return the checks between columns, none unless it is a schema."""
    return columns.rows if isinstance(columns, Columns) else ()
