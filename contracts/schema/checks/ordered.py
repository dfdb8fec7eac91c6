"""Two columns of a row in order: ``ordered``, the first check between columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from contracts.errors import near
from contracts.schema.checks.value import ORDERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.schema.checks.condition import Typed


class Ordered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The value of column ``lower`` is not above that of ``upper``, where both are there."""

    name: ClassVar[str] = "ordered"
    lower: str
    upper: str

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns."""
        return self.lower, self.upper

    def fault(self, columns: Mapping[str, Typed]) -> str:
        """Say that the two are not columns of one kind that has an order.

        An integer and a float are not compared: beyond 2**53 a frame rounds, a record does not.
        """
        if self.lower == self.upper:
            return "lower and upper are one column"
        for name in self.columns:
            if name not in columns:
                return f"there is no column {name!r}{near(name, columns)}"
        kinds = [columns[name].kind for name in self.columns]
        if kinds[0] != kinds[1] or kinds[0] not in ORDERED:
            return f"expected two columns of one kind out of {sorted(ORDERED)}, got {kinds}"
        return ""

    def holds(self, lower: Any, upper: Any) -> bool:
        """Return whether the two are in order."""
        return bool(lower <= upper)

    def rows(self, lower: Any, upper: Any) -> Any:
        """Return where the two are in order."""
        return lower <= upper
