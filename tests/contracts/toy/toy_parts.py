"""A clause of a user's own that is judged in parts, one a colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease, Result

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.equivalence.case import Case


class Parted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Holds for every segment that is not said to be broken."""

    segments: tuple[str, ...]
    broken: tuple[str, ...] = ()

    name: ClassVar[str] = "parted"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded",)
    eases: ClassVar[Mapping[str, Ease]] = {}

    def parts(self, contract: Contract) -> Mapping[str, Parted]:
        """Return one part a segment, by the contract's first column."""
        column = contract.inputs[0]
        return {
            f"{column}={each}": Parted(segments=(each,), broken=self.broken)
            for each in self.segments
        }

    def __call__(self, _case: Case) -> Result:
        """Say whether the segment is broken."""
        (segment,) = self.segments
        broken = segment in self.broken
        return Result(
            status="different" if broken else "equivalent",
            message=f"{segment} is {'broken' if broken else 'whole'}",
        )
