"""What was found of one metric on some rows, in words and as evidence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.verdict import GRAVITY
from contracts.score.tost.conclusion import Conclusion
from contracts.score.tost.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One metric's difference, the margin it was held to and what that proves."""

    metric: str
    difference: Difference
    margin: float
    concluded: Conclusion

    @property
    def message(self) -> str:
        """One line: the gain, the limits that decided, the margin, and what else would tell."""
        found = self.difference
        if not found.defined:
            return f"{self.metric} is undefined on these {found.rows:,} rows"
        text = f"{self.metric}: the candidate's gain over the reference is {found.value:+.3g}"
        low, high = self.concluded.low, self.concluded.high
        if math.isfinite(low) and math.isfinite(high):
            text += f" [{low:+.3g}, {high:+.3g}]"
        text += f", margin ±{self.margin:g}"
        return text if self.concluded.status != "inconclusive" else f"{text}; {self._needed}"

    @property
    def evidence(self) -> dict[str, Any]:
        """The same, JSON-able: null is what the rows do not say."""
        found, needed = self.difference, self.concluded.rows
        return {
            "value": _number(found.value),
            "low": _number(self.concluded.low),
            "high": _number(self.concluded.high),
            "level": self.concluded.level,
            "margin": self.margin,
            "status": self.concluded.status if found.defined else "not_run",
            "rows_needed": math.ceil(needed) if math.isfinite(needed) else None,
        }

    @property
    def gravity(self) -> tuple[int, float]:
        """How much it weighs: by status, then by how much of the margin it takes."""
        share = abs(self.difference.value) / self.margin
        grave = -GRAVITY.index(self.concluded.status)
        return grave, share if self.difference.defined else math.inf

    @property
    def _needed(self) -> str:
        rows, days, needed = self.difference.rows, self.difference.days, self.concluded.rows
        had = f"{rows:,} rows of {days:,} day{'s' * (days != 1)} cannot tell"
        if days == 1:
            return f"{had}: what varies from day to day takes two at least"
        if math.isnan(needed):
            return f"{had}: without one of the days the score is undefined"
        if math.isinf(needed):
            return f"{had}, and no number of them would"
        return f"{had}, about {_rounded(needed):,} rows would"


def gravest(findings: Iterable[Finding]) -> Finding:
    """Return the finding that decides: equivalence asks it of every metric."""
    return max(findings, key=lambda found: found.gravity)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _rounded(rows: float) -> int:
    """Return a figure with the two digits that are known of it."""
    scale = 10.0 ** max(math.floor(math.log10(rows)) - 1, 0)
    return math.ceil(math.ceil(rows / scale) * scale)
