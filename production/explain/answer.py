"""The answer to one question: the JSON document that is printed; all times are ISO 8601, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from production.agents.rules.finding import Finding
from production.registry.trainings import Verdict

Kind = Literal["generation", "training", "manifest", "moment", "decision"]


class ExplainedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision of an agent, an alarm or a person.

    Attributes:
        at: The moment.
        by: Who decided: ``training agent``, ``promotion agent``, ``alarm errors``, or a person.
        action: What was decided, one word.
        why: The reason.
        detail: What it was about, or the metrics that were seen.
    """

    at: str
    by: str
    action: str
    why: str
    detail: Mapping[str, Any] = {}


class ExplainedTraining(msgspec.Struct, frozen=True, kw_only=True):
    """One training, and what the gate found.

    Attributes:
        asked_at: When it was asked for.
        reason: What asked for it: ``initial``, or what the trigger said.
        asked_by: The decision to train, with the metrics it saw; none where it is not on record.
        generation: What it became; none if nothing was registered.
        verdict: What became of it.
        why: The reason for the verdict.
        rule: The rule that refused it or held it back; none if it passed.
        known_by: It was trained on outcomes that had arrived before this moment.
        rows: The number of rows it was trained on.
        unlisted: How many rows were left out, because the contract does not list their label.
        seconds: How long its fits took.
        line: What it was resumed from, or why it was fitted anew; empty where each is.
        serves: Which of its models serves, if one may: the ``challenger`` that the gate judged, or
            its ``refit`` to all that was known.
        scores: The metrics it was judged by; the champion's and the naive baseline's beside it.
        findings: What each rule found.
    """

    asked_at: str
    reason: str
    asked_by: ExplainedDecision | None
    generation: str | None
    verdict: Verdict
    why: str
    rule: str | None
    known_by: str
    rows: int
    unlisted: int
    seconds: float
    line: str
    serves: str
    scores: Mapping[str, float]
    findings: tuple[Finding, ...]


class TimeInService(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which one generation served an arm.

    Attributes:
        arm: The arm.
        generation: The generation.
        manifest: The manifest's revision with which it began.
        since: When it began.
        until: When it ended; none if it serves still.
        before: What served the arm before; none if nothing did.
        after: What served it next; none if it serves still, or the arm ended.
        begun_by: The decision that began it; none where it is not on record.
        ended_by: The decision that ended it; none if it serves still.
    """

    arm: str
    generation: str
    manifest: int
    since: str
    until: str | None
    before: str | None
    after: str | None
    begun_by: ExplainedDecision | None
    ended_by: ExplainedDecision | None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is, or was, as it is.

    Attributes:
        format: The format of this document.
        product: The product.
        of: What was asked about, in full: a generation, ``manifest 5``, a moment, a decision.
        kind: What that is.
        sentences: The answer in sentences.
        services: When the generation in question served, oldest first.
        training: The training in question.
        decisions: The decisions in question; of a moment each agent's last one before it, and the
            last one of a person or an alarm.
        due: What was due next, in words; empty where it is not on record.
    """

    format: int = 1
    product: str
    of: str
    kind: Kind
    sentences: tuple[str, ...] = ()
    services: tuple[TimeInService, ...] = ()
    training: ExplainedTraining | None = None
    decisions: tuple[ExplainedDecision, ...] = ()
    due: str = ""
