"""What is asked about: a generation, a manifest, a moment or a decision, by what was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import msgspec

from contracts.errors import ConfigError, StateError, UnknownNameError, did_you_mean
from contracts.moment import instant, iso
from production.agents.parity.record import ParityDecision
from production.explain.record import Published
from production.registry.agent_decisions import QUIET, AgentDecision
from production.registry.decisions import Action, RecordedDecision
from production.registry.manifests import not_in_service
from production.registry.trainings import Training, Verdict

if TYPE_CHECKING:
    from production.explain.record import Record

REVISION = re.compile(r"(?:manifest )?(\d{1,18})")
MOMENT = re.compile(r"\d{4}-")
LAST = "last"
#: What a decision is asked for by: what people do, what agents do, what becomes of trainings.
MOVES = tuple(each for each in get_args(ParityDecision) if each != QUIET)
ACTIONS = ("train", "refuse", *MOVES, *get_args(Action))
VERDICTS = tuple(each for each in get_args(Verdict) if each != "promoted")


class OfGeneration(msgspec.Struct, frozen=True):
    """A generation, by its name."""

    name: str


class OfMoment(msgspec.Struct, frozen=True):
    """A moment, microseconds."""

    at: int


Decided = Training | AgentDecision | RecordedDecision
Subject = OfGeneration | OfMoment | Published | Decided


def subject(record: Record, of: str | None, *, now: int) -> Subject:
    """Return what is asked about.

    Args:
        record: What is on record.
        of: What was typed; none asks about the champion.
        now: The current time, microseconds.

    Raises:
        ConfigError: It is no question, or asks about the future.
        StateError: Nothing was ever in service.
        UnknownNameError: There is no such generation, manifest or decision.
    """
    words = " ".join((of or "").split())
    if not record.manifests and words not in VERDICTS:
        raise not_in_service(record.product, "nothing is deployed on this record")
    if not words:
        return OfGeneration(record.manifests[-1].manifest.champion.name)
    if "/" in words:
        return _generation(record, words)
    if match := REVISION.fullmatch(words):
        return _manifest(record, int(match[1]))
    if MOMENT.match(words):
        return _moment(record, words, now)
    return _decision(record, words)


def _generation(record: Record, name: str) -> OfGeneration:
    names = [*record.generations]
    if name not in names:
        raise UnknownNameError(
            f"{record.product} has no generation {name!r}{did_you_mean(name, names)}",
            hint=f"it has {names[0]} to {names[-1]}" if len(names) > 1 else f"it has {names[0]}",
        )
    return OfGeneration(name)


def _manifest(record: Record, revision: int) -> Published:
    for each in record.manifests:
        if each.revision == revision:
            return each
    newest = record.manifests[-1].revision
    raise UnknownNameError(
        f"{record.product} has no manifest {revision}",
        hint=f"it has manifests 1 to {newest}; a generation is asked for as 1.0.0/{revision}",
    )


def _moment(record: Record, text: str, now: int) -> OfMoment:
    at, first = instant(text), record.manifests[0].at
    if at < first:
        raise StateError(
            f"nothing served {record.product} at {iso(at)}",
            hint=f"it went into service at {iso(first)}: ask about that moment, or a later one",
        )
    if at > now:
        raise ConfigError(
            f"task.options.of={text} lies in the future", hint=f"it is {iso(now)} now"
        )
    return OfMoment(at)


def _decision(record: Record, words: str) -> Decided:
    """Return the last decision of a kind, or of any."""
    kind = words.removeprefix(LAST).strip()
    valid = (*ACTIONS, *VERDICTS)
    if kind and kind not in valid:
        raise UnknownNameError(
            f"task.options.of={words}: nothing to explain has that name"
            f"{did_you_mean(kind, [LAST, *valid])}",
            hint="a generation such as 1.0.0/3, a manifest such as 5, a moment such as "
            f"2013-03-01T05:00:00Z, {LAST}, or the last of {', '.join(valid)}",
        )
    # What a training came to is said with the decision that asked for it.
    found: list[tuple[int, int, Decided]] = [
        *((each.requested_at, 0, each) for each in record.trainings if each.verdict == kind),
        *((each.at, 0, each) for each in record.actions if kind in ("", each.decision)),
        *((each.at, 1, each) for each in record.people if kind in ("", each.action)),
    ]
    if not found:
        raise UnknownNameError(
            f"{record.product} has no decision {kind!r} on record",
            hint=f"task.options.of={LAST} explains the last one of any kind",
        )
    return max(enumerate(found), key=lambda each: (each[1][0], each[1][1], each[0]))[1][2]
