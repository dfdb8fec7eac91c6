"""What a rule is: a kind of change, whom it breaks, why, and the least bump that it needs."""

from __future__ import annotations

from typing import Literal

import msgspec

Bump = Literal["none", "patch", "minor", "major"]
#: The bumps, the least first.
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
#: The parts of a contract.
Area = Literal[
    "target", "input", "output", "metrics", "latency", "equivalence", "learning", "golden", "text"
]
Breaks = Literal["both", "consumer", "implementer", "neither"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of change.

    Attributes:
        area: The part of a contract that it is made to.
        name: The kind, distinct in its area.
        breaks: Who has to change: the consumer sends rows and reads predictions, the implementer
            makes the predictions.
        change: The kind in words, as it stands in a table.
        reason: Why it breaks whom it breaks.
    """

    area: Area
    name: str
    breaks: Breaks
    change: str
    reason: str

    @property
    def consumer(self) -> bool:
        """Whether who sends rows and reads predictions is broken."""
        return self.breaks in {"both", "consumer"}

    @property
    def implementer(self) -> bool:
        """Whether who makes the predictions is broken: to change, or to be proven again."""
        return self.breaks in {"both", "implementer"}

    @property
    def bump(self) -> Bump:
        """The least bump of a version that makes this change."""
        if self.consumer:
            return "major"
        return "minor" if self.implementer else "patch"
