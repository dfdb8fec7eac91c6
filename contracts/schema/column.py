"""The compiled column model: a contract's schema as data, read without pandera or pandas.

The frame schema, the record type, the generator of test inputs and every implementation's encoding
are built from these columns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.errors import ContractError
from contracts.schema.check import Check
from contracts.schema.checks.value import unicode
from contracts.schema.rules import condition, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["int", "float", "bool", "str", "datetime", "category"]
#: What JSON writes as it is: no quote, backslash, control character or half a character.
NAME = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: what a value may be, in a frame and on the wire alike.

    Attributes:
        name: As in the frame and in the record.
        kind: ``category`` is text with a closed set; ``datetime`` is an instant, UTC.
        nullable: Whether null is a value; the column itself is always there.
        checks: Conditions on every value that is not null.
        description: What the column means, its unit, for the reader.

    Raises:
        ContractError: A check does not fit the kind, or would not mean the same on both sides; or
            the name, the description or ``nullable`` is none.
    """

    name: str
    kind: Kind
    nullable: bool = False
    checks: tuple[Check, ...] = ()
    description: str = ""

    def __post_init__(self) -> None:
        found = [*_unsaid(self)] or faults(self.kind, self.checks)
        if found:
            raise ContractError(f"column {self.name!r} cannot stand in a contract", details=found)

    def args(self, check: str) -> dict[str, Any] | None:
        """Return the arguments of the check so named, or None where the column has none."""
        return next((each.args for each in self.checks if each.name == check), None)

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What the checks mean, in their order: see `contracts.schema.checks.condition`."""
        return tuple(condition(check) for check in self.checks)

    @property
    def values(self) -> tuple[Any, ...]:
        """The closed set of an ``isin`` check in its order, empty where there is none."""
        return tuple((self.args("isin") or {}).get("allowed_values", ()))


def _unsaid(column: Any) -> Iterator[str]:
    """Yield what of a column besides its checks could not be said in a file or on the wire."""
    if not NAME.fullmatch(column.name):
        yield "its name is empty, or has a quote, a backslash or a control character"
    if not isinstance(column.nullable, bool):
        yield f"nullable is {column.nullable!r}, expected true or false"
    if not isinstance(column.description, str) or not unicode(column.description):
        yield f"its description is no text: {column.description!r}"
