"""What was served and what came back is counted as virtual time counts it."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.host.clock import VirtualClock
from production.agents.outcomes import fetched_until
from production.agents.progress import progress
from production.agents.refreshes import first_recorded
from production.database.database import Database
from production.feedback.batch import Outcomes
from production.feedback.counts import LogCounts
from production.feedback.events import EventLog
from production.feedback.outcomes import OutcomeLog
from production.operating.intake import LATE, Intake, LiveCounts
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions, RecordedDecision
from production.registry.releases import Release, Releases
from tests.suites.events import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Ten requests at 10, 20 … 100, of which six have an outcome 5 later; a shadow at 55."""
    ids = [f"e{at}" for at in range(10)]
    with closing(Database(f"sqlite:///{tmp_path / 'state.db'}")) as database:
        log, predictions = EventLog(database), np.full((10, 1), 0.5)
        log.record("p", events(ids, time=10 * np.arange(1, 11), prediction=predictions))
        shadow = events(["e4"], time=np.array([55]), prediction=predictions[:1], shadow=True)
        log.record("p", shadow)
        arrived = 10 * np.arange(1, 7) + 5
        outcomes = Outcomes(event=ids[:6], value=[True] * 6, arrived=arrived)
        OutcomeLog(database).record("p", outcomes)
        yield database


def test_counts(database: Database) -> None:
    """Requests before a moment, and outcomes that arrived before it; shadows are no requests."""
    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    intake = Intake(logs, agent=None, progress=agents, database=database)
    for moment, served, taken in [(10, 0, 0), (60, 5, 5), (60, 5, 5), (61, 6, 5), (500, 10, 6)]:
        intake.step(moment)
        assert (agents.serving.load().served, agents.outcomes.load().taken) == (served, taken)
        assert agents.serving.load().until == agents.outcomes.load().until == moment


def test_what_was_fetched_is_told_from_what_was_reported(database: Database) -> None:
    """A product may change from one to the other, and back."""

    class Fetching:
        """Takes note of a moment, as an agent does that fetched nothing."""

        def step(self, moment: int) -> None:
            outcomes = agents.outcomes.load()
            agents.outcomes.save(replace(outcomes, until=moment), moment)

    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    for moment, agent in [(20, None), (30, Fetching()), (40, Fetching()), (50, None)]:
        intake = Intake(logs, agent=agent, progress=agents, database=database)  # type: ignore[arg-type]
        intake.step(moment)
        assert fetched_until(agents) == (moment if agent else None)


def log_one(database: Database, event: str, at: int) -> None:
    """Log a request that came at a moment."""
    late = events([event], time=np.array([at]), prediction=np.full((1, 1), 0.5))
    EventLog(database).record("p", late)


def test_what_is_logged_late_is_counted_then(database: Database) -> None:
    """Each request once, however late: hours after others that came after it were counted."""
    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    intake = Intake(logs, agent=None, progress=agents, database=database)
    for event, at, moment, served in [
        ("a", 40, 500, 11),
        ("b", 90, 90 + LATE, 12),
        ("c", 12, 91 + 9 * LATE, 13),
        ("d", 92 + 9 * LATE, 92 + 9 * LATE, 13),
        ("e", 93 + 9 * LATE, 93 + 9 * LATE, 14),
        ("e", 93 + 9 * LATE, 94 + 9 * LATE, 15),
    ]:
        log_one(database, event, at)
        intake.step(moment)
        assert agents.serving.load().served == served
    late = Outcomes(event=["e7"], value=[True], arrived=np.array([200]))
    OutcomeLog(database).record("p", late)
    intake.step(95 + 9 * LATE)
    assert agents.outcomes.load().taken == 6


def test_outcomes_that_are_committed_late_are_counted_then(database: Database) -> None:
    """Those that arrived within the last hour are counted anew."""
    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    intake = Intake(logs, agent=None, progress=agents, database=database)
    intake.step(60)
    late = Outcomes(event=["e7"], value=[True], arrived=np.array([59]))
    OutcomeLog(database).record("p", late)
    for moment, taken in [(60, 5), (61, 6), (59 + LATE, 7), (61 + LATE, 7)]:
        intake.step(moment)
        assert agents.outcomes.load().taken == taken


def live_counts(database: Database, **given: Any) -> LiveCounts:
    """Return what counts the product's arrivals and records."""
    return LiveCounts(
        product="p",
        database=database,
        progress=progress(Checkpoints(database), "p", start=10),
        recorded=partial(first_recorded, database, "p"),
        **given,
    )


def test_the_first_word_or_release(database: Database) -> None:
    """What a person said about refreshes, or a release, from a moment on; nothing else."""
    counts = live_counts(database, source=None, clock=VirtualClock(0))
    decision = RecordedDecision(product="p", at=12, who="ada", action="pin", why="why", detail={})
    release = Release(
        product="p", version="1.0.0", code_digest="c", contract_version="1.0.0", created_at=20
    )
    Decisions(database).record(decision)
    assert counts.after_record(0) is None
    Decisions(database).record(replace(decision, at=15, action="refresh"))
    Releases(database).add(release)
    assert [counts.after_record(at) for at in (0, 15, 16, 20, 21)] == [16, 16, 21, 21, None]


@pytest.mark.parametrize(
    ("start", "count", "requests", "outcomes"),
    [(10, 1, 11, 16), (11, 1, 21, 16), (20, 3, 41, 46), (10, 10, 101, None), (10, 11, None, None)],
)
def test_the_nth(
    database: Database, start: int, count: int, requests: int | None, outcomes: int | None
) -> None:
    """The first moment by which so many had come, from one on for which others were counted."""
    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    Intake(logs, agent=None, progress=agents, database=database).step(start)
    counts = live_counts(database, source=None, clock=VirtualClock(0))
    assert counts.after_requests(start, count) == requests
    assert counts.after_outcomes(start, count) == outcomes


def test_what_is_logged_late_counts_among_the_next(database: Database) -> None:
    """A trigger that waits for so many more does not wait for others in the place of these."""
    agents = progress(Checkpoints(database), "p", start=10)
    logs = LogCounts(product="p", database=database)
    Intake(logs, agent=None, progress=agents, database=database).step(81)
    counts = live_counts(database, source=None, clock=VirtualClock(0))
    assert [counts.after_requests(81, n) for n in (1, 2, 3)] == [91, 101, None]
    log_one(database, "late", 20)
    assert [counts.after_requests(81, n) for n in (1, 2, 3, 4)] == [82, 91, 101, None]
    log_one(database, "later", 30)
    assert [counts.after_requests(81, n) for n in (1, 2, 3, 4)] == [82, 82, 91, 101]
    late = Outcomes(event=["e8"], value=[True], arrived=np.array([70]))
    assert counts.after_outcomes(81, 1) is None
    OutcomeLog(database).record("p", late)
    assert [counts.after_outcomes(81, n) for n in (1, 2)] == [82, None]


class Fetched:
    """A source in which outcomes arrive at 12, 14 and 18."""

    def outcomes(self, start: int, end: int) -> Outcomes:
        """Return those of a window."""
        arrived = [at for at in (18, 12, 14) if start <= at < end]
        ids, values = ["e"] * len(arrived), [True] * len(arrived)
        return Outcomes(event=ids, value=values, arrived=np.array(arrived))


def test_the_nth_in_a_source(database: Database) -> None:
    """Where outcomes are fetched, those count that have arrived in the source by now."""
    clock = VirtualClock(15)
    counts = live_counts(database, source=Fetched(), clock=clock)
    assert [counts.after_outcomes(12, each) for each in (1, 2, 3)] == [13, 15, None]
    clock.wait_until(19)
    assert counts.after_outcomes(12, 3) == 19
