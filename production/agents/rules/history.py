"""History: the rows that were known at the last refresh are still what they were.

What came true does not change. Where more than a few rows of the past did, something upstream broke
(labels flipped, columns swapped, a table cut), and whatever is learned from it is in doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from contracts.moment import iso
from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from production.agents.row_digests import HistoryChange
    from production.agents.rules.evidence import GateEvidence


class UnchangedHistory:
    """At most a small share of the rows known at the last refresh changed, or is missing.

    Args:
        most: The share, such as .001.
    """

    needs_outcomes: ClassVar[bool] = False

    def __init__(self, most: float) -> None:
        self._most = most

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether history is unchanged; a product that declares revisions passes."""
        change = evidence.history
        if change is None or not change.compared:
            return Finding(
                rule="history", verdict="passed", why="no rows of an earlier refresh to compare"
            )
        passed = change.share <= self._most
        return Finding(
            rule="history",
            verdict="passed" if passed or change.revises else "failed",
            why=self._words(change, passed=passed),
            figures={
                "changed": change.changed,
                "compared": change.compared,
                "share": change.share,
                "most": self._most,
            },
        )

    def _words(self, change: HistoryChange, *, passed: bool) -> str:
        words = (
            f"{change.changed:,} of {change.compared:,} rows known at {iso(change.since)} "
            "changed or are missing"
        )
        if change.changed:
            words += f" ({change.share:.2%}, from {iso(change.first)} to {iso(change.last)})"
        if passed:
            return words
        if change.revises:
            return f"{words}: revisions, as product.revises declares"
        return (
            f"{words}, more than {self._most:.2%}; a source that revises by design is declared "
            "by product.revises: true"
        )
