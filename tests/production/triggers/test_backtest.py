"""Each trigger in a backtest of the small product: when it asked for a refresh, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from contracts.data.memory import Memory
from contracts.moment import DAY, END_OF_TIME
from production.registry.agent_decisions import AgentDecisions
from production.registry.releases import Release, Releases

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")

#: Operation begins on this day, and ends on that one.
FIRST, UNTIL = 12, 26
PARTS = "trigger.triggers"


def refreshes(run: Any) -> dict[float, str]:
    """Return the reasons of all trainings but the first one, by day."""
    assembly, _ = run.run()
    trainings = assembly.trainings.all("toy")[1:]
    return {each.requested_at / DAY: each.reason for each in trainings}


@pytest.mark.parametrize(
    ("words", "days", "reason"),
    [
        ("trigger=never", [], ""),
        ("trigger=schedule trigger.every=7d", [19], "schedule: every 7d"),
        ("trigger=staleness trigger.age=5d", [17, 22], "staleness: the model knows outcomes until"),
        ("trigger=manual", [], ""),
        ("trigger=release", [], ""),
        (
            "trigger=approval trigger.trigger.every=6d",
            [18, 24],
            "schedule: every 6d (approved at once, as nobody is here)",
        ),
        (
            "trigger=approval trigger.trigger.every=4d trigger.takes=2d",
            [18, 24],
            "schedule: every 4d (approved after 2d, as nobody is here)",
        ),
        (
            f"trigger=any {PARTS}.schedule.every=9d {PARTS}.volume.outcomes=100000",
            [21],
            "schedule: every 9d",
        ),
        (
            f"trigger=all {PARTS}.schedule.every=6d {PARTS}.volume.outcomes=1",
            [18, 24],
            "schedule: every 6d and volume: 1 outcomes",
        ),
        (
            "trigger=cooldown trigger.rests=5d trigger.trigger.outcomes=1",
            [17, 22],
            "volume: 1 outcomes",
        ),
        ("trigger=drift evaluation.drift=100", [], ""),
        ("trigger=change evaluation.drift=100", [], ""),
        (
            "trigger=budget trigger.per=6d trigger.trigger.outcomes=1",
            [18, 24],
            "volume: 1 outcomes",
        ),
    ],
)
def test_when_and_why_it_asked(
    operation: Callable[..., Any], words: str, days: list[int], reason: str
) -> None:
    """From day 12 to day 26; the training of the first day counts for a budget too."""
    asked = refreshes(operation("gate=open", *words.split(), until=UNTIL))
    assert [*asked] == days
    assert all(each.startswith(reason) for each in asked.values())


def test_a_cron_expression_is_in_its_zone(operation: Callable[..., Any]) -> None:
    """Midnight of each Sunday in Tokyo is three in the afternoon of Saturday in UTC."""
    words = ("trigger=cron", "trigger.times=0 0 * * SUN", "trigger.zone=Asia/Tokyo")
    asked = refreshes(operation("gate=open", *words, until=UNTIL))
    assert [*asked] == [16 + 15 / 24, 23 + 15 / 24]


def test_a_column_that_drifts_is_named(operation: Callable[..., Any], history: pa.Table) -> None:
    """After three days on which sizes are larger than ever; before, nothing is asked for."""
    larger = pc.add(0.9, pc.multiply(history["size"], 0.1))
    late = pc.greater_equal(history["time"], pa.scalar(17 * DAY, history["time"].type))
    sizes = pc.if_else(late, larger, history["size"])
    moved = history.set_column(history.column_names.index("size"), "size", sizes)
    words = ("trigger=drift", "evaluation.drift=100", "gate=open")
    asked = refreshes(operation(*words, source=Memory(moved), until=22))
    assert next(iter(asked)) == 20
    assert asked[20].startswith("drift: size ")


def test_a_proposal_is_on_record(operation: Callable[..., Any]) -> None:
    """Since when a refresh waits for a person, and for what; then who approved it."""
    words = ("trigger=approval", "trigger.trigger.every=4d", "trigger.takes=2d")
    assembly, _ = operation("gate=open", *words, until=20).run()
    every = AgentDecisions(assembly.database).between("toy", 13 * DAY, END_OF_TIME)
    acted = [
        (each.at / DAY, each.decision, each.why)
        for each in every
        if each.agent == "training" and each.decision != "wait"
    ]
    reason = "schedule: every 4d"
    assert acted[:2] == [
        (16, "propose", reason),
        (18, "train", f"{reason} (approved after 2d, as nobody is here)"),
    ]


def test_a_release_that_is_recorded_is_trained_once(operation: Callable[..., Any]) -> None:
    """The generations after it are of that release."""
    run = operation("gate=open", "trigger=release", until=16)
    assembly, _ = run.run()
    newest = Release(
        product="toy",
        version="1.1.0",
        code_digest="other",
        contract_version=run.product.contract.version,
        created_at=16 * DAY,
    )
    Releases(assembly.database).add(newest)
    agent = assembly.agents.training
    agent._runtime._refreshes.attended = True  # others may write
    results = [agent.step(at * DAY + 1) for at in (17, 18)]
    assert [each and each.reason for each in results] == ["release: 1.1.0, after 1.0.0", None]
    assert results[0].candidate.name == "1.1.0/1"
