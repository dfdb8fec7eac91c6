"""The parity agent: every so often it looks at a sample of what was served, and says what moved."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from production.agents.parity.record import ParityDecision, ParityProgress
from production.agents.records import candidate_of
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.agents.parity.finding import Moved, ParityFinding
    from production.agents.parity.judge import ParityJudge
    from production.agents.parity.look import Look, Looks
    from production.agents.parity.samples import LiveSample
    from production.agents.progress import Stored
    from production.database.database import Database
    from production.registry.agent_decisions import DecisionLog

LOG = logging.getLogger("liaison.operating")
#: What each of those that moved is called on record, the most urgent first.
DECISIONS: dict[Moved, ParityDecision] = {
    "implementation": "implementation_moved",
    "data": "data_moved",
    "model": "model_moved",
}


class ParityAgent:
    """Holds a sample of what was served against the reference.

    Args:
        looks: Looks at the traffic; none where there is no reference to hold it against.
        why_not: Why there is none.
        judge: Says what moved.
        every: How often to look, microseconds.
        progress: The record of the last look.
        decisions: Where each decision is recorded.
        database: The database of both.
    """

    def __init__(
        self,
        *,
        looks: Looks | None,
        why_not: str = "",
        judge: ParityJudge,
        every: int,
        progress: Stored[ParityProgress],
        decisions: DecisionLog,
        database: Database,
    ) -> None:
        self._looks, self._why_not, self._judge, self._every = looks, why_not, judge, every
        self._progress, self._decisions, self._database = progress, decisions, database

    def step(self, moment: int) -> None:
        """Look at the window before a moment, and record what moved; a second time nothing."""
        last = self._progress.load()
        if last.at is not None and last.at >= moment:
            return
        if self._looks is None:
            self._excuse(moment, last)
            return
        look = self._looks.at(moment)
        findings = self._judge.findings(look.evidence) if look.evidence else ()
        self._record(moment, look, findings, last)

    def next(self, moment: int) -> Wake:
        """Return when to look again."""
        return Wake(at=moment + self._every)

    def _record(
        self, moment: int, look: Look, findings: tuple[ParityFinding, ...], last: ParityProgress
    ) -> None:
        moved = what_moved(findings)
        decision = DECISIONS[moved[0]] if moved else "quiet"
        again = last.decision == decision
        progress = ParityProgress(
            at=moment,
            since=last.since if again else moment,
            generation=candidate_of(look.generation).name,
            decision=decision,
            why=_words(findings, look.sample),
            served=look.sample.served,
            sampled=len(look.sample.events.id),
            findings=findings,
        )
        with self._database.transaction():
            self._decisions.record(moment, decision, progress.why, _seen(look, progress, moved))
            self._progress.save(progress, moment)
        if moved and not again:
            LOG.warning("%s: %s", decision, progress.why)

    def _excuse(self, moment: int, last: ParityProgress) -> None:
        """Record why there is nothing to look with; it is logged once."""
        why = f"parity does not look: {self._why_not}"
        with self._database.transaction():
            self._progress.save(ParityProgress(at=moment, since=moment, why=why), moment)
        if last.why != why:
            LOG.warning("%s", why)


def what_moved(findings: Sequence[ParityFinding]) -> tuple[Moved, ...]:
    """Return what moved, each once, the most urgent first."""
    rung = {each.moved for each in findings if each.rings}
    return tuple(each for each in DECISIONS if each in rung)


def _seen(look: Look, progress: ParityProgress, moved: Sequence[Moved]) -> dict[str, Any]:
    """Return what a decision was made from."""
    return {
        "generation": progress.generation,
        "start": look.start,
        "served": progress.served,
        "sampled": progress.sampled,
        "unread": look.sample.unread,
        "moved": [*moved],
        "findings": [
            {
                "rule": each.rule,
                "rings": each.rings,
                "figures": dict(each.figures),
                "rows": msgspec.to_builtins(each.rows),
            }
            for each in progress.findings
        ],
    }


def _words(findings: Sequence[ParityFinding], sample: LiveSample) -> str:
    """Return the figures of the rules that rang, with their rows; of all, where none did."""
    if not findings:
        return f"none of {sample.served:,} events is in the sample with its inputs"
    rung = [each for each in findings if each.rings]
    return "; ".join(_sentence(each) for each in rung or findings)


def _sentence(finding: ParityFinding) -> str:
    named = ", ".join(each.id for each in finding.rows)
    return f"{finding.why}; see {named}" if finding.rings and named else finding.why
