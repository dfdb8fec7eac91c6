"""From records to the parts of an answer: decisions, trainings, and when a generation served."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.moment import iso
from production.agents.rules.finding import Finding
from production.explain.answer import ExplainedDecision, ExplainedTraining, TimeInService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from production.explain.record import Published, Record
    from production.registry.agent_decisions import AgentDecision
    from production.registry.decisions import RecordedDecision
    from production.registry.trainings import Training

#: What an agent's name ends with, so that it is not taken for a person's.
AGENT = " agent"
#: The fields of what an agent saw that are moments.
MOMENTS = frozenset({"since", "promoted", "start", "end", "asked", "ready"})


def by_agent(decision: AgentDecision) -> ExplainedDecision:
    """Return a decision of an agent."""
    return ExplainedDecision(
        at=iso(decision.at),
        by=f"{decision.agent}{AGENT}",
        action=decision.decision,
        why=decision.why,
        detail=_readable(decision.seen),
    )


def by_person(decision: RecordedDecision) -> ExplainedDecision:
    """Return a decision of a person or an alarm."""
    return ExplainedDecision(
        at=iso(decision.at),
        by=decision.who,
        action=decision.action,
        why=decision.why,
        detail=decision.detail,
    )


def publisher(record: Record, revision: int) -> ExplainedDecision | None:
    """Return the decision that published a manifest; none where it is not on record."""
    for person in record.people:
        if person.detail.get("manifest") == revision:
            return by_person(person)
    for agent in record.actions:
        if agent.seen.get("manifest") == revision:
            return by_agent(agent)
    return None


def asked_by(record: Record, training: Training) -> ExplainedDecision | None:
    """Return the decision that asked for a training: an agent's, or that of who deployed."""
    for agent in record.actions:
        if agent.decision == "train" and agent.at == training.requested_at:
            return by_agent(agent)
    deployed = (each for each in record.people if each.action == "deploy")
    first = record.trainings and training == record.trainings[0]
    return next(map(by_person, deployed), None) if first else None


def training_facts(record: Record, training: Training) -> ExplainedTraining:
    """Return what is on record of a training."""
    detail = training.detail
    findings = tuple(msgspec.convert(each, Finding) for each in detail.get("findings", ()))
    rules = [each.rule for each in findings if each.verdict in {"failed", "alarmed"}]
    held = training.verdict in {"refused", "alarmed"}
    number = training.generation
    return ExplainedTraining(
        asked_at=iso(training.requested_at),
        reason=training.reason,
        asked_by=asked_by(record, training),
        generation=None if number is None else f"{training.release}/{number}",
        verdict=training.verdict,
        why=str(detail.get("why", "")),
        rule=rules[0] if rules and held else None,
        known_by=iso(training.known_by),
        rows=training.rows,
        unlisted=int(detail.get("unlisted", 0)),
        seconds=training.seconds,
        line=_line(detail),
        serves=str(detail.get("serves", "challenger")),
        scores=detail.get("scores", {}),
        findings=findings,
    )


def _line(detail: Mapping[str, Any]) -> str:
    """Return what a model goes on from, or why it does not; empty where none would."""
    lineage = detail.get("lineage")
    if lineage is None:
        return ""
    if lineage["strategy"] == "full":
        return f"it was fitted anew: {lineage['why']}"
    learned = f"{detail['learned']:,} rows have arrived since, each of which it learned once"
    return f"{lineage['why']}: {learned}"


def training_of(record: Record, generation: str) -> Training | None:
    """Return the training that a generation came of."""
    names = ((f"{each.release}/{each.generation}", each) for each in record.trainings)
    return next((each for name, each in names if name == generation), None)


def services(record: Record) -> list[TimeInService]:
    """Return when each generation served each arm, oldest first."""
    arms = dict.fromkeys(arm for each in record.manifests for arm in each.manifest.arms)
    found = [service for arm in arms for service in _of_arm(record, arm)]
    return sorted(found, key=lambda each: each.manifest)


def _of_arm(record: Record, arm: str) -> Iterator[TimeInService]:
    def name(published: Published) -> str | None:
        candidate = published.manifest.arms.get(arm)
        return candidate.name if candidate else None

    spans = [(who, [*group]) for who, group in groupby(record.manifests, name)]
    befores = [None, *(who for who, _ in spans)]
    followings = [*spans[1:], (None, [])]
    for before, (who, span), (after, following) in zip(befores, spans, followings, strict=False):
        if who is not None:
            yield TimeInService(
                arm=arm,
                generation=who,
                manifest=span[0].revision,
                since=iso(span[0].at),
                until=iso(following[0].at) if following else None,
                before=before,
                after=after,
                begun_by=publisher(record, span[0].revision),
                ended_by=publisher(record, following[0].revision) if following else None,
            )


def _readable(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an agent saw, its moments as texts."""
    return {key: _value(key, value) for key, value in seen.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_readable(each) if isinstance(each, dict) else each for each in value]
    return iso(value) if key in MOMENTS and isinstance(value, int) else value
