"""Approval: another trigger, whose refreshes a person confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import Duration, PositiveDuration, duration, iso
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import PersonsWord, Proposal, Runtime
    from production.triggers.port import Trigger


class Approval:
    """Asks for a refresh when another trigger does and a person confirms it.

    What the other trigger asks for is on record as a proposal, until a person says ``task=approve``
    or ``task=reject``. One that was approved is asked for though the other trigger may not be due
    any more. In a backtest, where there is no person, each proposal is approved after ``takes``.

    Args:
        trigger: The other trigger.
        takes: How long a person takes in a backtest.
        rests: How long after a proposal was rejected the next one is made.
    """

    def __init__(
        self, *, trigger: Trigger, takes: Duration = "0", rests: PositiveDuration = "1d"
    ) -> None:
        self._trigger, self._rests = trigger, duration(rests)
        self._takes, self._words = duration(takes), takes

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason with who approved it."""
        proposal = runtime.proposal
        if proposal is None:
            reason = self._trigger.due(runtime)
            at_once = reason and not runtime.attended and not self._takes
            return f"{reason} (approved at once, as nobody is here)" if at_once else None
        word = self._answer(runtime, proposal)
        if word is not None:
            approved = word.action == "approve"
            return f"{proposal.reason} (approved by {word.who}: {word.why})" if approved else None
        if runtime.attended or runtime.now < proposal.at + self._takes:
            return None
        return f"{proposal.reason} (approved after {self._words}, as nobody is here)"

    def wake(self, runtime: Runtime) -> Wake:
        """Return a proposal, or what is waited for: an answer, or the other trigger."""
        proposal = runtime.proposal
        if proposal is None:
            return self._proposed(runtime)
        word = self._answer(runtime, proposal)
        if word is None:
            return self._unanswered(runtime, proposal)
        again = word.at + self._rests
        if runtime.now < again:
            why = f"{proposal.reason} was rejected by {word.who}: {word.why}"
            return Wake(at=again, recorded=True, why=why)
        return self._proposed(runtime)

    def _proposed(self, runtime: Runtime) -> Wake:
        reason = self._trigger.due(runtime)
        if reason is None:
            return self._trigger.wake(runtime)
        return Wake(recorded=True, proposal=reason, why=f"a person is to approve: {reason}")

    def _unanswered(self, runtime: Runtime, proposal: Proposal) -> Wake:
        why = f"{proposal.reason} waits for a person since {iso(proposal.at)}"
        wake = Wake(recorded=True, why=why)
        return wake if runtime.attended else replace(wake, at=proposal.at + self._takes)

    def _answer(self, runtime: Runtime, proposal: Proposal) -> PersonsWord | None:
        """Return the last answer to a proposal, none before one."""
        answers = (
            each
            for each in reversed(runtime.refreshes.said)
            if each.action in {"approve", "reject"} and proposal.at <= each.at < runtime.now
        )
        return next(answers, None)
