"""What every trigger must do; the test file of a trigger only says how to make one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import DAY, HOUR
from production.metrics import (
    REMEMBERED,
    NewestRelease,
    PastTraining,
    PersonsWord,
    Proposal,
    Refreshes,
    Runtime,
    ScoredWindow,
    Stability,
    WindowDrift,
)

if TYPE_CHECKING:
    from production.triggers.port import Trigger

#: A product in service that has served nothing yet.
EMPTY = Runtime(now=0, since=0, promoted=0, requests=0, outcomes=0)


def scored_day(at: int, *, skill: float, rows: int = 100) -> ScoredWindow:
    """Return one day's window with a skill in every metric of the small product."""
    return ScoredWindow(
        start=at * DAY,
        end=(at + 1) * DAY,
        rows=rows,
        served={"log_loss": 0.5 * (1 - skill), "roc_auc": 0.5 * (1 + skill)},
        baseline={"log_loss": 0.5, "roc_auc": 0.5},
    )


def moment(now: int = 0, *, outcomes: int = 0, windows: tuple[ScoredWindow, ...] = ()) -> Runtime:
    """Return the metrics of a moment, counted from 0; there are two requests for an outcome."""
    return Runtime(
        now=now, since=0, promoted=0, requests=2 * outcomes, outcomes=outcomes, windows=windows
    )


def runtimes(count: int = 60) -> list[Runtime]:
    """Return the metrics of moments of all sorts, always the same ones."""
    return [_runtime(Random(seed)) for seed in range(count)]  # noqa: S311 - no secret


def _runtime(draw: Random) -> Runtime:
    days = draw.choice([0, 1, 3, 10, 40, 120])
    now = days * DAY + draw.choice([0, 1, HOUR, DAY - 1])
    since = now - draw.randint(0, now) if now else 0
    fallen = draw.choice([0.0, 0.3])
    windows = tuple(
        replace(
            scored_day(at, skill=0.3 - fallen * (at > days // 2) + draw.uniform(-0.02, 0.02)),
            drift=draw.choice([None, _drift(draw)]),
        )
        for at in range(days)
    )
    return Runtime(
        now=now,
        since=since,
        promoted=draw.randint(0, since),
        requests=draw.choice([0, 1, 10, 100_000]),
        outcomes=draw.choice([0, 1, 10, 100_000]),
        windows=windows,
        refreshes=_refreshes(draw, now),
        proposal=draw.choice([None, Proposal(at=draw.randint(since, now), reason="volume")]),
        attended=draw.choice([True, False]),
    )


def _drift(draw: Random) -> WindowDrift:
    return WindowDrift(
        rows=9,
        inputs={"a": Stability(index=draw.uniform(0, 0.4), usual=0.1)},
        predictions=Stability(index=draw.uniform(0, 0.4), usual=0.1),
        means=tuple(draw.uniform(0, 1) for _ in range(8)),
    )


def _refreshes(draw: Random, now: int) -> Refreshes:
    trained = sorted(now - draw.randint(0, REMEMBERED - 1) for _ in range(draw.randint(0, 6)))
    said = sorted(draw.randint(0, now) for _ in range(draw.randint(0, 3)))
    actions = ("refresh", "approve", "reject")
    return Refreshes(
        trainings=tuple(PastTraining(at=at, seconds=draw.uniform(0, 100)) for at in trained),
        known_by=draw.choice([None, draw.randint(0, now)]),
        release="1.0.0",
        newest=draw.choice([None, NewestRelease(version="1.0.1", at=draw.randint(0, now))]),
        said=tuple(
            PersonsWord(at=at, who="ada", action=draw.choice(actions), why="why") for at in said
        ),
    )


class TriggerSuite:
    """Claims about a trigger; a subclass gives the fixture ``trigger``."""

    def test_nothing_is_known_yet(self, trigger: Trigger) -> None:
        """It answers though nothing was served, scored or trained."""
        trigger.due(EMPTY)
        trigger.wake(EMPTY)

    def test_it_depends_on_the_metrics_alone(self, trigger: Trigger) -> None:
        """Asked again, and in another order, it answers the same: it remembers nothing."""
        asked = runtimes()
        first = [(trigger.due(each), trigger.wake(each)) for each in asked]
        again = [(trigger.due(each), trigger.wake(each)) for each in reversed(asked)]
        assert again[::-1] == first

    def test_it_wakes_later_unless_it_is_due(self, trigger: Trigger) -> None:
        """A wake that has passed would be asked for again at once, for ever."""
        for runtime in runtimes():
            at = trigger.wake(runtime).at
            assert at is None or at > runtime.now or trigger.due(runtime)

    def test_it_waits_for_at_least_one_more(self, trigger: Trigger) -> None:
        """Waiting for no further request or outcome is waiting for nothing."""
        for runtime in runtimes():
            wake = trigger.wake(runtime)
            assert all(count is None or count > 0 for count in (wake.requests, wake.outcomes))

    def test_each_no_has_words(self, trigger: Trigger) -> None:
        """What is on record of a moment at which nothing was due says what is waited for."""
        for runtime in runtimes():
            if not trigger.due(runtime):
                assert trigger.wake(runtime).words() != "not scheduled"

    def test_it_does_not_ask_twice_at_a_moment(self, trigger: Trigger) -> None:
        """Once a refresh was asked for, nothing is due at that moment any more."""
        for runtime in runtimes():
            asked = replace(runtime, since=runtime.now, requests=0, outcomes=0, proposal=None)
            assert trigger.due(asked) is None
