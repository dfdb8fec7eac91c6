"""The answer to a question: its facts, and the sentences that say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import END_OF_TIME, iso
from production.explain.answer import Explanation
from production.explain.facts import (
    by_agent,
    by_person,
    publisher,
    services,
    training_facts,
    training_of,
)
from production.explain.moment import moment_sentences
from production.explain.question import OfGeneration, OfMoment
from production.explain.record import Published
from production.explain.sentences import (
    decision_sentence,
    seen_sentences,
    sentence,
    service_sentences,
    span_sentence,
    training_sentences,
)
from production.registry.agent_decisions import WAIT, AgentDecision
from production.registry.decisions import RecordedDecision
from production.registry.trainings import Training
from production.selectors.port import CHAMPION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.explain.answer import ExplainedDecision, TimeInService
    from production.explain.question import Subject
    from production.explain.record import Record

TRAINING, PROMOTION, PARITY = "training", "promotion", "parity"
#: How the line begins that names the next question.
HOW = "To ask how it came to serve"


def explain(record: Record, subject: Subject) -> Explanation:
    """Return the answer to a question.

    Args:
        record: What is on record.
        subject: What is asked about.
    """
    match subject:
        case OfGeneration():
            return _generation(subject, record)
        case OfMoment():
            return _moment(subject, record)
        case Published():
            return _manifest(subject, record)
        case Training():
            return _training(subject, record)
        case AgentDecision():
            return _agents(subject, record)
        case RecordedDecision():
            return _person(subject, record)


def _generation(subject: OfGeneration, record: Record) -> Explanation:
    """Answer why a generation serves, or served, or never did."""
    name = subject.name
    times = tuple(each for each in services(record) if each.generation == name)
    training = training_of(record, name)
    answer = Explanation(
        product=record.product,
        of=name,
        kind="generation",
        services=times,
        training=training_facts(record, training) if training else None,
        decisions=tuple(_about(record, name)),
        due=_due(record) if any(each.until is None for each in times) else "",
    )
    return replace(answer, sentences=(*_generation_sentences(answer),))


def _generation_sentences(answer: Explanation) -> Iterator[str]:
    if not answer.services:
        yield f"{answer.of} has never served {answer.product}."
    for service in answer.services:
        yield from service_sentences(service, answer.product)
    said = [each for service in answer.services for each in (service.begun_by, service.ended_by)]
    for decision in answer.decisions:
        if decision not in said:
            yield decision_sentence(decision)
    if answer.training:
        yield from training_sentences(answer.training)
    else:
        yield "Its training is not on record."
    if answer.due:
        yield sentence(f"next: {answer.due}")


def _training(subject: Training, record: Record) -> Explanation:
    """Answer what became of a training."""
    facts = training_facts(record, subject)
    lines = [*training_sentences(facts, called="the training")]
    deployed = record.manifests and record.manifests[0].at <= subject.requested_at
    if facts.verdict != "promoted" and deployed:
        lines.append(f"{_serving(record, subject.requested_at).generation} served on.")
    return Explanation(
        product=record.product,
        of=f"the training asked for at {facts.asked_at}",
        kind="training",
        training=facts,
        sentences=tuple(lines),
    )


def _manifest(subject: Published, record: Record) -> Explanation:
    """Answer why a revision of the manifest was published, and what it offers."""
    decision, manifest = publisher(record, subject.revision), subject.manifest
    following = next((each for each in record.manifests if each.revision > subject.revision), None)
    until = f"until {iso(following.at)}" if following else "until now"
    arms = ", ".join(f"{arm} {each.name}" for arm, each in manifest.arms.items())
    lines = [
        f"Manifest {subject.revision} was in force from {iso(subject.at)} {until}.",
        f"It offers {arms}; the selector is {manifest.selector}.",
        decision_sentence(decision) if decision else "Who published it is not on record.",
        f"{HOW}: task.options.of={manifest.champion.name}",
    ]
    return Explanation(
        product=record.product,
        of=f"manifest {subject.revision}",
        kind="manifest",
        services=tuple(each for each in services(record) if each.manifest == subject.revision),
        decisions=(decision,) if decision else (),
        sentences=tuple(lines),
    )


def _agents(subject: AgentDecision, record: Record) -> Explanation:
    """Answer why an agent decided something."""
    if subject.agent == TRAINING:
        asked = (each for each in record.trainings if each.requested_at == subject.at)
        training = next(asked, None)
        if training is not None:
            return _training(training, record)
    decision = by_agent(subject)
    lines = [decision_sentence(decision), *seen_sentences(decision.detail, "it")]
    name = decision.detail.get("generation")
    if name not in record.generations or subject.agent == PARITY:
        return _decided(record, decision, lines)
    generation = _generation(OfGeneration(name), record)
    decided = _decided(record, decision, [*generation.sentences])
    return replace(decided, training=generation.training, services=generation.services)


def _person(subject: RecordedDecision, record: Record) -> Explanation:
    """Answer why a person or an alarm decided something, and what has served since."""
    decision, every = by_person(subject), services(record)
    revision = decision.detail.get("manifest")
    ended = [
        each
        for each in every
        if each.generation == decision.detail.get("before") and each.ended_by == decision
    ]
    begun = [each for each in every if each.manifest == revision and each.begun_by == decision]
    lines = [decision_sentence(decision)]
    lines += (span_sentence(each, record.product) for each in (*ended, *begun))
    lines += (f"{HOW}: task.options.of={each.generation}" for each in begun)
    return replace(_decided(record, decision, lines), services=(*ended, *begun))


def _decided(record: Record, decision: ExplainedDecision, lines: list[str]) -> Explanation:
    return Explanation(
        product=record.product,
        of=f"{decision.action} at {decision.at}",
        kind="decision",
        decisions=(decision,),
        sentences=tuple(lines),
    )


def _moment(subject: OfMoment, record: Record) -> Explanation:
    """Answer what served at a moment, what was decided for it, and if nothing was, why."""
    at = subject.at
    agents = [record.last(agent, at) for agent in (TRAINING, PROMOTION)]
    people = [each for each in record.people if each.at <= at][-1:]
    training = next((each for each in record.trainings if each.requested_at == at), None)
    asked = record.next(TRAINING, at)
    answer = Explanation(
        product=record.product,
        of=iso(at),
        kind="moment",
        services=(_serving(record, at),),
        training=training_facts(record, training) if training else None,
        decisions=(
            *(by_agent(each) for each in agents if each is not None),
            *map(by_person, people),
        ),
        due=f"the training agent was asked next at {iso(asked.at)}" if asked else "",
    )
    return replace(answer, sentences=(*moment_sentences(answer),))


def _serving(record: Record, at: int) -> TimeInService:
    """Return what the champion was at a moment since the first deployment."""
    revision = max(each.revision for each in record.manifests if each.at <= at)
    champions = (each for each in services(record) if each.arm == CHAMPION)
    return max(
        (each for each in champions if each.manifest <= revision), key=lambda each: each.manifest
    )


def _about(record: Record, name: str) -> Iterator[ExplainedDecision]:
    """Yield what people, alarms and the promotion agent decided about a generation."""
    yield from (by_person(each) for each in record.people if name in each.detail.values())
    agents = [each for each in record.actions if each.decision == "refuse"]
    last = record.last(PROMOTION, END_OF_TIME)
    if last is not None and last.decision == WAIT:
        agents.append(last)
    yield from (by_agent(each) for each in agents if each.seen.get("generation") == name)


def _due(record: Record) -> str:
    """Return what was due by the last decision of the training agent, in words."""
    last = record.last(TRAINING, END_OF_TIME)
    if last is None:
        return ""
    if last.decision == WAIT:
        return last.why
    recorded = any(each.requested_at == last.at for each in record.trainings)
    return "" if recorded else f"a training runs, asked for at {iso(last.at)}"
