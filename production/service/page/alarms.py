"""What a person should look at, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.moment import HOUR, SECOND, duration, rounded_up
from production.feedback_settings import SourceFeedback
from production.service.page.tone import Tone
from production.service.page.words import moment, span
from production.serving.arrivals import arrivals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from production.registry.decisions import RecordedDecision
    from production.registry.manifests import Inventoried
    from production.registry.trainings import Training
    from production.service.page.returned import Returned
    from production.service.page.traffic import EngineTraffic
    from production.service.page.workers import Worker
    from production.settings import Production

#: For how many evaluation windows a decision of an alarm, or windows that are not scored, count.
WINDOWS = 2
#: How long processes may take to follow a new manifest, microseconds.
SETTLED = 30 * SECOND


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person should look at.

    Attributes:
        tone: ``bad`` or ``warn``.
        what: What it is, in a few words.
        why: The figures behind it, or the next step.
    """

    tone: Tone
    what: str
    why: str = ""


def alarms(groups: Iterable[Iterable[Alarm]]) -> tuple[Alarm, ...]:
    """Return the alarms of several kinds, the worst first."""
    every = [alarm for group in groups for alarm in group]
    return tuple(sorted(every, key=lambda alarm: alarm.tone != "bad"))


def of_workers(workers: Iterable[Worker]) -> Iterator[Alarm]:
    """Yield circuits that are open, and agents that are not alive."""
    for each in workers:
        if each.circuit is not None:
            yield Alarm(
                tone="bad",
                what=f"{each.name}: the circuit is open until {moment(each.circuit)}",
                why=each.error or "it ended too often, and is not started again before",
            )
        elif each.tone == "warn":
            yield Alarm(tone="warn", what=f"{each.name} {each.word}", why=each.error)
        elif each.tone == "bad":
            ran_out = f"its lease ran out at {moment(each.until)}" if each.until is not None else ""
            yield Alarm(
                tone="bad",
                what=f"{each.name} is not alive",
                why="; ".join(filter(None, (ran_out, each.error))),
            )
        elif each.failure:
            yield Alarm(tone="warn", what=f"{each.name} could not act", why=each.failure)


def of_gate(trainings: Sequence[Training]) -> Iterator[Alarm]:
    """Yield what the gate said of the last training, unless it was promoted.

    Args:
        trainings: The last trainings, newest first.
    """
    for last in trainings[:1]:
        if last.verdict != "promoted":
            yield Alarm(
                tone="warn" if last.verdict in {"refused", "undecided"} else "bad",
                what=f"the training of {moment(last.requested_at)} was {_verdict(last.verdict)}",
                why=str(last.detail.get("why", "")),
            )


def of_probation(
    manifests: Sequence[Inventoried], decisions: Iterable[RecordedDecision], at: int, during: int
) -> Iterator[Alarm]:
    """Yield generations that are watched, and those that an alarm rolled back lately.

    Args:
        manifests: Manifests, oldest first.
        decisions: The last decisions of people and alarms.
        at: The moment of the product's clock.
        during: How long a generation is watched, microseconds.
    """
    for decision in decisions:
        if decision.who.startswith("alarm ") and at - decision.at < max(during, 24 * HOUR):
            yield Alarm(
                tone="bad",
                what=f"{decision.who} rang at {moment(decision.at)}: {decision.action}",
                why=decision.why,
            )
    for each in arrivals(manifests) if manifests else ():
        if each.at <= at < each.at + during:
            yield Alarm(
                tone="warn",
                what=f"{each.candidate.name} is on probation as {each.arm}",
                why=f"watched beside {each.reference.name} until {moment(each.at + during)}",
            )


def of_feedback(
    config: Production, returned: Returned, evaluated: int | None, at: int
) -> Iterator[Alarm]:
    """Yield outcomes, and an evaluation, that are later than they usually are.

    Args:
        config: The configuration.
        returned: What came back.
        evaluated: The outcomes that arrived before this moment were scored; none before the first
            evaluation.
        at: The moment of the product's clock.
    """
    # What a source has since it was last asked is not known: it may have all.
    known = at if returned.fetched is None else min(at, returned.fetched)
    if isinstance(config.feedback, SourceFeedback):
        usual = max(HOUR, WINDOWS * duration(config.feedback.every))
        if at - known > usual:
            yield Alarm(
                tone="bad",
                what=f"no outcomes fetched for {span(at - known)}",
                why="the log says why: python -m production task=feedback feedback=source",
            )
    if returned.quantiles and returned.last_event is not None:
        assert returned.last_outcome is not None
        usual = max(HOUR, 2 * round(returned.quantiles[-1]))
        silent = min(known, returned.last_event + usual) - returned.last_outcome
        if silent > usual:
            yield Alarm(
                tone="bad",
                what=f"no outcome for {span(known - returned.last_outcome)}",
                why=f"the last arrived at {moment(returned.last_outcome)}; 99 % come within "
                f"{rounded_up(round(returned.quantiles[-1]))}",
            )
    by_clock = config.evaluation["name"] != "volume" and "every" in config.evaluation
    every = duration(config.evaluation["every"]) if by_clock else None
    if every and evaluated is not None and at - evaluated > WINDOWS * every:
        yield Alarm(
            tone="warn",
            what=f"not evaluated for {span(at - evaluated)}",
            why=f"windows of {rounded_up(every)} were last scored by the outcomes known at "
            f"{moment(evaluated)}: python -m production task=tick agent=evaluation",
        )


def of_processes(
    traffic: EngineTraffic | None, notes: Iterable[str], newest: Inventoried | None, at: int
) -> Iterator[Alarm]:
    """Yield what does not work in the processes that serve.

    Args:
        traffic: What the serving processes did; none if none was asked.
        notes: What does not work now in the one that serves this page, as ``/readyz`` says it.
        newest: The newest manifest.
        at: The moment of the product's clock.
    """
    yield from (Alarm(tone="bad", what=note) for note in notes)
    for each in traffic.revisions if traffic and newest else ():
        assert newest is not None
        if each != newest.revision and at - newest.created_at > SETTLED:
            what = f"serves by manifest {each}" if each else "has nothing to serve with"
            yield Alarm(
                tone="bad",
                what=f"a process {what}, not by {newest.revision}",
                why="its log says why it cannot",
            )
    if traffic and traffic.p99 is not None and traffic.p99 * SECOND > SECOND:
        yield Alarm(tone="warn", what=f"1 % of answers take longer than {traffic.p99:.1f} s")


def _verdict(verdict: str) -> str:
    """Return a verdict as it stands after "was".

    >>> _verdict("alarmed"), _verdict("failed")
    ('held back by the gate', 'a failure')
    """
    words = {"alarmed": "held back by the gate", "failed": "a failure", "undecided": "not decided"}
    return words.get(verdict, verdict)
