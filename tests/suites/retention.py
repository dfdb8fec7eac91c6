"""What retention must do on every database; the test file of a database only builds one."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.rows import INSTANT
from contracts.moment import DAY, END_OF_TIME, HOUR, MINUTE
from production.agents.progress import EvaluationProgress, Progress, RetentionProgress, progress
from production.agents.retention import RetentionAgent
from production.agents.runtime import event_counts
from production.features.database import DatabaseFeatureStore
from production.features.retention import KeptValues
from production.feedback.batch import Outcomes
from production.feedback.counts import LogCounts
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.feedback.retention import LoggedHistory
from production.operating.intake import Intake
from production.registry.checkpoints import Checkpoints
from tests.suites.events import events

if TYPE_CHECKING:
    from production.database.database import Database

NAMES = [f"e{at}" for at in range(10)]


def agents(database: Database) -> Progress:
    """Return the progress of a product's agents."""
    return progress(Checkpoints(database), "p", start=0)


def agent(database: Database, **options: Any) -> RetentionAgent:
    """Return the agent of a product whose windows have a day, in batches of four."""
    limits = {"age": None, "count": None, "window": DAY, "memory": HOUR, **options}
    return RetentionAgent(
        history=LoggedHistory(product="p", database=database, most=4),
        progress=agents(database),
        database=database,
        **limits,
    )


def kept(database: Database) -> list[str]:
    """Return the ids of the served events that are logged."""
    return list(EventLog(database).served("p", 0, END_OF_TIME).id)


def deleted(database: Database) -> RetentionProgress:
    """Return what was deleted."""
    return agents(database).retention.load()


class RetentionSuite:
    """Inherit it and give the fixture `database`: an empty one."""

    @pytest.fixture
    def logged(self, database: Database) -> Database:
        """Ten events, one a day, each shadowed and with an outcome an hour later."""
        log, times = EventLog(database), np.arange(10) * DAY
        log.record("p", events(NAMES, time=times, manifest=[1] * 5 + [2] * 5))
        log.record("p", events(NAMES, time=times, generation=2, propensity=0.0, shadow=True))
        log.record("q", events(NAMES, time=times))
        outcomes = Outcomes(event=NAMES, value=[True] * 10, arrived=times + HOUR)
        OutcomeLog(database).record("p", outcomes)
        return database

    def test_values_stay_as_long_as_an_event_may_ask_for_them(self, logged: Database) -> None:
        """Those before the longest window of the oldest event go, in batches, and are counted."""
        store = DatabaseFeatureStore(logged, "p", ("origin",))
        known = pa.array(np.arange(40) * 6 * HOUR, INSTANT)
        columns = {"id": [f"v{at:02}" for at in range(40)], "known": known}
        rows = pa.table({**columns, "value": [*range(40)], "origin": ["a"] * 40})
        store.record(rows)
        kept = KeptValues(
            store, reach=DAY, recent=HOUR, overlap=HOUR, taken=lambda: 10 * DAY, most=3
        )
        agent(logged, age=5 * DAY, values=kept).step(9 * DAY, stop=Event())
        left = store.window(0, END_OF_TIME)
        assert left["id"].to_pylist() == [f"v{at:02}" for at in range(12, 40)]
        assert deleted(logged).values == 12

    @pytest.mark.parametrize(
        ("limits", "first"),
        [
            ({"taken": lambda: None}, 0),
            ({"taken": lambda: 2 * DAY}, 7),
            ({"recent": 7 * DAY}, 4),
            ({"reach": 3 * DAY}, 4),
        ],
        ids=["nothing taken", "looked for again", "answered from memory", "a long window"],
    )
    def test_no_value_goes_that_is_still_needed(
        self, logged: Database, limits: dict[str, Any], first: int
    ) -> None:
        """Nor one that would be taken again."""
        store = DatabaseFeatureStore(logged, "p", ("origin",))
        columns = {
            "id": [f"v{at:02}" for at in range(40)],
            "known": pa.array(np.arange(40) * 6 * HOUR, INSTANT),
        }
        store.record(pa.table({**columns, "value": [*range(40)], "origin": ["a"] * 40}))
        usual = {"reach": DAY, "recent": HOUR, "overlap": 6 * HOUR, "taken": lambda: 10 * DAY}
        kept = KeptValues(store, most=50, **{**usual, **limits})
        agent(logged, age=5 * DAY, values=kept).step(9 * DAY, stop=Event())
        assert store.window(0, END_OF_TIME)["id"][0].as_py() == f"v{first:02}"

    def test_what_is_older_than_the_age_is_deleted(self, logged: Database) -> None:
        """Shadows and outcomes with it, and nothing of another product; what is kept is whole."""
        agent(logged, age=6 * DAY).step(10 * DAY, stop=Event())
        assert kept(logged) == NAMES[4:]
        assert Feedback(logged).scored("p", 0, END_OF_TIME).id == NAMES[4:]
        assert OutcomeLog(logged).tally("p").count == 6
        assert EventLog(logged).served("q", 0, END_OF_TIME).id == NAMES
        done = deleted(logged)
        assert (done.until, done.events, done.outcomes) == (4 * DAY, 8, 4)
        assert done.by_generation == {(1, "1.0.0/1"): 4}

    def test_outcomes_stay_as_long_as_a_baseline_may_need_them(self, logged: Database) -> None:
        """They outlive their events; one whose event may come yet stays too."""
        late = Outcomes(event=["later"], value=[True], arrived=[9 * DAY])
        OutcomeLog(logged).record("p", late)
        options = {"age": 6 * DAY, "memory": 8 * DAY}
        agent(logged, **options).step(10 * DAY, stop=Event())
        assert (len(kept(logged)), OutcomeLog(logged).tally("p").count) == (6, 9)
        agent(logged, **options).step(12 * DAY, stop=Event())
        assert (len(kept(logged)), OutcomeLog(logged).tally("p").count) == (4, 7)
        assert Feedback(logged).quarantined("p") == ["e4", "e5", "later"]

    @pytest.mark.parametrize(
        ("options", "scored", "first"),
        [
            ({"count": 6}, 10, 7),  # three events, each with its shadow
            ({"count": 6}, 5, 4),  # of windows that were not scored nothing is deleted
            ({"count": 6, "window": None}, 0, 7),  # nothing is ever scored
            ({"count": 6, "age": 8 * DAY}, 0, 2),  # what is too old goes all the same
            ({"count": 20}, 10, 0),
        ],
    )
    def test_of_too_many_events_the_oldest_are_deleted_once_scored(
        self, logged: Database, options: dict[str, Any], scored: int, first: int
    ) -> None:
        """The newest so many stay."""
        agents(logged).evaluation.save(EvaluationProgress(until=scored * DAY), 0)
        agent(logged, **options).step(10 * DAY, stop=Event())
        assert kept(logged) == NAMES[first:]

    def test_what_one_process_leaves_another_deletes(self, logged: Database) -> None:
        """After a minute; every batch counts once, wherever the first one was killed."""

        class Killed(Event):
            def wait(self, _: float | None = None) -> bool:
                self.set()
                return True

        agent(logged, age=DAY).step(10 * DAY, stop=Killed())
        assert (len(kept(logged)), deleted(logged).events) == (8, 4)
        agent(logged, age=DAY).step(10 * DAY + MINUTE - 1, stop=Event())
        assert len(kept(logged)) == 8
        agent(logged, age=DAY).step(10 * DAY + MINUTE, stop=Event())
        assert kept(logged) == []
        assert deleted(logged).by_generation == {(1, "1.0.0/1"): 5, (2, "1.0.0/1"): 5}

    def test_without_limits_everything_is_kept(self, logged: Database) -> None:
        """And nothing is written."""
        agent(logged).step(10 * DAY, stop=Event())
        assert (kept(logged), deleted(logged)) == (NAMES, RetentionProgress())

    def test_counts_of_served_events_outlive_the_events(self, logged: Database) -> None:
        """A process that counted before, and one that begins after, see the same."""
        before = event_counts(logged, agents(logged), "p")
        assert before.since(0) == {(1, "1.0.0/1"): 5, (2, "1.0.0/1"): 5}
        agent(logged, age=6 * DAY).step(10 * DAY, stop=Event())
        after = event_counts(logged, agents(logged), "p")
        assert after.since(0) == before.since(0) == {(1, "1.0.0/1"): 5, (2, "1.0.0/1"): 5}

    def test_what_is_deleted_was_counted(self, logged: Database) -> None:
        """Also what was logged so late that it was deleted first; and what is logged afterwards."""
        counts, told = LogCounts(product="p", database=logged), agents(logged)
        intake = Intake(counts, agent=None, progress=told, database=logged)
        intake.step(9 * DAY)
        assert told.serving.load().served == 9
        EventLog(logged).record("p", events(["late", "later"], time=np.array([1, 2]) * DAY))
        for day, served in [(10, 13), (11, 14), (12, 15)]:
            agent(logged, age=0).step(day * DAY, stop=Event())
            EventLog(logged).record("p", events([f"at{day}"], time=np.array([day * DAY - 1])))
            intake.step(day * DAY)
            assert told.serving.load().served == served
        # The other one was the newest row, which stays until there is another.
        assert told.retention.load().uncounted == 1

    def test_a_moment_never_goes_back(self, logged: Database) -> None:
        """What was deleted by a shorter age stays deleted, and its windows unscored."""
        agent(logged, age=6 * DAY).step(10 * DAY, stop=Event())
        agent(logged, age=9 * DAY).step(11 * DAY, stop=Event())
        assert deleted(logged).until == 4 * DAY
