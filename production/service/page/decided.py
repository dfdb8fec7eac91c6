"""The last decisions, of people, alarms and agents, in one list with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import replace

from production.service.page.tone import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from production.registry.agent_decisions import AgentDecision
    from production.registry.decisions import RecordedDecision
    from production.registry.trainings import Training

#: How many are shown.
SHOWN = 24
#: How the decisions of an alarm's name begin.
ALARM = "alarm "
TONES: Mapping[str, Tone] = {
    "promoted": "good",
    "promote": "good",
    "deploy": "good",
    "refused": "warn",
    "alarmed": "bad",
    "undecided": "warn",
    "failed": "bad",
    "rollback": "bad",
    "quarantine": "bad",
    "implementation_moved": "bad",
    "data_moved": "warn",
    "model_moved": "warn",
}
#: What was seen of these is a moment in microseconds: figures alone are shown.
MOMENTS = frozenset({"asked", "promoted", "ready", "since"})
#: Says at every look what it said at the one before.
REPEATS = "parity agent"


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, or what came of a training.

    Attributes:
        at: When, or for which moment, microseconds.
        who: Who decided.
        kind: What kind of actor that is.
        what: What was decided, in a word or two.
        tone: How it is drawn.
        why: The reason.
        detail: What else is on record.
        times: How often in a row the same was decided; ``at`` is the last time.
    """

    at: int
    who: str
    kind: Literal["person", "alarm", "agent"]
    what: str
    tone: Tone
    why: str
    detail: Mapping[str, Any] = {}
    times: int = 1


def decided(
    decisions: Iterable[RecordedDecision],
    agents: Iterable[AgentDecision],
    trainings: Iterable[Training],
) -> tuple[Decided, ...]:
    """Return the last decisions, newest first; what an agent decided in a row once.

    Args:
        decisions: Decisions of people and alarms.
        agents: Decisions of agents.
        trainings: Trainings, which the gate decided on.
    """
    every = [*map(_recorded, decisions), *map(_agent, agents), *map(_training, trainings)]
    every.sort(key=lambda each: -each.at)  # of one moment: people, then agents, then the gate
    return tuple(_folded(every))[:SHOWN]


def _folded(decisions: Iterable[Decided]) -> list[Decided]:
    """Return decisions, newest first, with one in place of those that an agent made in a row."""
    folded: list[Decided] = []
    last: dict[str, int] = {}
    for each in decisions:
        at = last.get(each.who)
        folds = each.tone == "quiet" or each.who == REPEATS
        if at is not None and folds and folded[at].what == each.what:
            folded[at] = replace(folded[at], times=folded[at].times + 1)
            continue
        if each.kind == "agent":
            last[each.who] = len(folded)
        folded.append(each)
    return folded


def _recorded(each: RecordedDecision) -> Decided:
    is_alarm = each.who.startswith(ALARM)
    return Decided(
        at=each.at,
        who=each.who,
        kind="alarm" if is_alarm else "person",
        what=each.action,
        tone=TONES.get(each.action, "quiet"),
        why=each.why,
        detail=each.detail,
    )


def _agent(each: AgentDecision) -> Decided:
    return Decided(
        at=each.at,
        who=f"{each.agent} agent",
        kind="agent",
        what=each.decision,
        tone=TONES.get(each.decision, "quiet"),
        why=each.why,
        detail={name: value for name, value in each.seen.items() if _is_shown(name, value)},
    )


def _is_shown(name: str, value: object) -> bool:
    """Return whether one thing that a decision was made from is short enough for a list."""
    return name not in MOMENTS and not isinstance(value, list | dict)


def _training(each: Training) -> Decided:
    number = "" if each.generation is None else f" {each.release}/{each.generation}"
    return Decided(
        at=each.requested_at,
        who="gate",
        kind="agent",
        what=f"{each.verdict}{number}",
        tone=TONES.get(each.verdict, "quiet"),
        why=str(each.detail.get("why", "")),
        detail={"training": each.reason, "rows": each.rows, "seconds": round(each.seconds, 1)},
    )
