"""The port of triggers: asked at a moment whether a refresh is due, and when to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from contracts.moment import iso

if TYPE_CHECKING:
    from production.metrics import Runtime


class Wake(msgspec.Struct, frozen=True, kw_only=True):
    """When to act next: at a moment, after more requests or outcomes, once something is on record.

    With none of them, never.

    Attributes:
        at: A moment.
        requests: Further requests, counted from now.
        outcomes: Further outcomes, counted from now.
        recorded: Once a person's word on a refresh, or a release, is recorded.
        proposal: What a person is to be asked to confirm, put on record now; empty for nothing.
        why: What else is waited for, or why nothing is asked for before, in words.
    """

    at: int | None = None
    requests: int | None = None
    outcomes: int | None = None
    recorded: bool = False
    proposal: str = ""
    why: str = ""

    def words(self) -> str:
        """Return when to refresh, in words.

        >>> Wake(at=0, outcomes=1200).words()
        'due at 1970-01-01T00:00:00Z or after 1,200 more outcomes'
        """
        parts = [
            f"at {iso(self.at)}" if self.at is not None else "",
            f"after {self.requests:,} more requests" if self.requests else "",
            f"after {self.outcomes:,} more outcomes" if self.outcomes else "",
        ]
        known = " or ".join(part for part in parts if part)
        if known:
            return f"due {known} ({self.why})" if self.why else f"due {known}"
        return f"not due: {self.why}" if self.why else "not scheduled"


class Trigger(Protocol):
    """Decides from runtime metrics when to refresh."""

    def due(self, runtime: Runtime) -> str | None:
        """Return why a refresh is due now, or none."""

    def wake(self, runtime: Runtime) -> Wake:
        """Return when to ask next, besides the close of every window."""
