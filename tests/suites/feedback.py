"""What every log of events and outcomes must do; the test file of a database only builds one."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from contracts.errors import DataError
from contracts.moment import END_OF_TIME
from production.feedback.batch import Outcomes, Receipt
from production.feedback.choices import ChoiceLog
from production.feedback.counts import EventCounts, LateRequests, LogCounts
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.feedback.recent import Recent, recent
from tests.suites.events import IDS, events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.database.database import Database


#: One outcome: event, revision, value, arrived.
Row = tuple[str, int, Any, int]
ROWS = st.lists(
    st.tuples(
        st.sampled_from([*IDS, "unheard"]),
        st.integers(0, 2),
        st.booleans(),
        st.integers(100, 104),
    ),
    max_size=14,
)
PRODUCTS = itertools.count()
# The suite runs once a database: that is its purpose, not the mistake the health check looks for.
EXAMPLES = settings(
    max_examples=40,
    suppress_health_check=[
        HealthCheck.differing_executors,
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)


def outcomes(rows: Sequence[Row]) -> Outcomes:
    """Return outcomes from rows; they occurred at 50."""
    return Outcomes(
        event=[row[0] for row in rows],
        revision=[row[1] for row in rows],
        value=[row[2] for row in rows],
        arrived=[row[3] for row in rows],
        occurred=[50] * len(rows),
    )


def expected(rows: Sequence[Row], known_by: int) -> dict[str, tuple[bool, int]]:
    """Return each event's settled value and arrival, computed in a simple, slow way."""
    settled = {}
    for event in IDS:
        mine = [row for row in rows if row[0] == event and row[3] < known_by]
        top = [row for row in mine if row[1] == max(other[1] for other in mine)]
        if len({row[2] for row in top}) == 1:
            settled[event] = (top[0][2], min(row[3] for row in top))
    return settled


def state(
    database: Database, product: str, known_by: int = END_OF_TIME
) -> dict[str, tuple[bool, int]]:
    """Return each event's settled value and arrival, as the log joins them."""
    scored = Feedback(database).scored(product, 0, END_OF_TIME, known_by=known_by)
    values = scored.outcome.to_pylist()
    return dict(zip(scored.id, zip(values, scored.arrived.tolist(), strict=True), strict=True))


class FeedbackSuite:
    """Inherit it and give the fixture `database`: an empty one."""

    def test_windows_are_half_open(self, database: Database) -> None:
        """A window holds its start and not its end, for events and for arrivals."""
        EventLog(database).record("p", events())
        OutcomeLog(database).record("p", outcomes([("a", 0, True, 100), ("b", 0, True, 101)]))
        assert EventLog(database).served("p", 1, 2).id == ["b"]
        assert EventLog(database).served("p", 0, 2).id == ["a", "b"]
        assert Feedback(database).arrived("p", 100, 101).tolist() == [0]
        assert Feedback(database).arrived("p", 101, 102).tolist() == [1]
        arrived, values = OutcomeLog(database).arrived("p", 100, 101)
        assert (arrived.tolist(), values.to_pylist()) == ([100], [True])

    def test_outcomes_are_read_by_arrival(self, database: Database) -> None:
        """Also those of unknown events, and in the order of their ids at one instant."""
        rows = [("b", 0, 2, 101), ("a", 0, 1.5, 101), ("c", 0, 3, 100)]
        OutcomeLog(database).record("p", outcomes(rows))
        arrived, values = OutcomeLog(database).arrived("p", 0, 200)
        assert (arrived.tolist(), values.to_pylist()) == ([100, 101, 101], [3, 1.5, 2])
        assert len(OutcomeLog(database).arrived("p", 200, 300)[0]) == 0

    def test_outcomes_count_by_the_text_in_a_column(self, database: Database) -> None:
        """Once an event, of the window, known by then, and only if the event is logged with it."""
        log, features = EventLog(database), '{"origin":"JFK","seats":2}'
        log.record("p", events(["a", "b"], features=features))
        log.record("p", events(["c"], features='{"origin":null}'))
        log.record("p", events(["d"], features="source:p"))
        rows = [("a", 0, True, 100), ("a", 1, False, 101), ("b", 0, True, 102)]
        OutcomeLog(database).record("p", outcomes([*rows, *(("c", 0, True, 1), ("d", 0, True, 1))]))
        count = partial(Feedback(database).segments, "p", 0, 9, column="origin")
        assert (count(), count(known_by=102)) == ({"JFK": 2}, {"JFK": 1})
        assert count(column="seats") == {}

    def test_served_events_count_by_manifest_and_generation(self, database: Database) -> None:
        """From a moment on, shadows apart; a second look reads what was logged since."""
        log, counts = EventLog(database), EventCounts(product="p", database=database)
        assert counts.since(1) == {}
        log.record("p", events(["a", "b", "c"], manifest=[1, 1, 2]))
        log.record("p", events(["b"], generation=2, propensity=0.0, shadow=True))
        assert counts.since(1) == {(1, "1.0.0/1"): 1, (2, "1.0.0/1"): 1}
        log.record("p", events(["x", "d"], manifest=2, generation=2))
        assert counts.since(1) == {(1, "1.0.0/1"): 1, (2, "1.0.0/1"): 1, (2, "1.0.0/2"): 1}
        assert sum(counts.since(0).values()) == 5

    def test_what_is_logged_after_a_row(self, database: Database) -> None:
        """Each served event of the product once, whatever its time; the late ones by their time."""
        log, feedback = EventLog(database), Feedback(database)
        counts = LogCounts(product="p", database=database)
        late = LateRequests(product="p", database=database)
        assert (counts.logged(0), counts.logged(7)) == ((0, 0), (0, 7))
        assert feedback.logged("p", row=None, before=9)[1] == 0
        log.record("p", events(["a", "b"], time=[5, 6]))
        count, first = counts.logged(0)
        assert (count, late.count(6, row=0), late.count(6, row=first)) == (2, 1, 0)
        log.record("q", events(["q"], time=[1]))
        log.record("p", events(["a", "c"], time=[5, 3]))
        log.record("p", events(["c"], time=[3], generation=2, propensity=0.0, shadow=True))
        assert (counts.logged(first)[0], late.count(6, row=first)) == (1, 1)
        log.record("p", events(["d", "e"], time=[7, 1]))
        count, newest = counts.logged(first)
        assert (count, late.count(6, row=first), counts.logged(newest)) == (3, 2, (0, newest))
        times, row = feedback.logged("p", row=first, before=6)
        assert (times.tolist(), row) == ([1, 3], newest)
        times, row = feedback.logged("p", row=None, before=6)
        assert (times.tolist(), row) == ([], newest)

    def test_the_newest_of_the_log(self, database: Database) -> None:
        """Whom the events logged last were served by; shadows and other products apart."""
        assert recent(database, "p") == Recent(served={}, last_event=None, last_outcome=None)
        log = EventLog(database)
        log.record("p", events(["c", "a"], generation=[1, 2]))
        log.record("p", events(["b"], generation=2))
        log.record("p", events(["b"], generation=3, propensity=0.0, shadow=True))
        log.record("q", events(["d"], generation=4))
        OutcomeLog(database).record("p", outcomes([("a", 0, True, 101), ("b", 0, True, 100)]))
        newest = recent(database, "p", last=2)
        assert (newest.served, newest.last_outcome) == ({"1.0.0/2": 2}, 101)
        assert newest.last_event == log.tally("p").last

    def test_shadows_are_not_served(self, database: Database) -> None:
        """A shadow's prediction is logged, but neither served nor scored."""
        log = EventLog(database)
        log.record("p", events(["a"]))
        shadow = events(["a"], generation=2, propensity=0.0, shadow=True)
        assert log.record("p", shadow).accepted == 1
        assert log.record("p", shadow).duplicate == 1
        OutcomeLog(database).record("p", outcomes([("a", 0, True, 100)]))
        assert log.served("p", 0, 9).id == ["a"]
        assert list(Feedback(database).scored("p", 0, 9).generation) == [1]

    def test_empty(self, database: Database) -> None:
        """Every query of an empty log has an answer."""
        assert EventLog(database).record("p", events([])).received == 0
        assert OutcomeLog(database).record("p", outcomes([])) == Receipt()
        assert EventLog(database).served("p", 0, 9).prediction.shape == (0, 1)
        assert len(Feedback(database).scored("p", 0, 9).outcome) == 0
        assert Feedback(database).arrived("p", 0, 9).tolist() == []
        assert Feedback(database).quarantined("p") == []

    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            ([True, False, True], "bool"),
            ([1.5, 2, -0.25], "double"),
            (["on time", "späť", "late"], "string"),
        ],
    )
    def test_typed_values(self, database: Database, values: list[Any], kind: str) -> None:
        """Outcomes of every kind are returned as they were, typed."""
        EventLog(database).record("p", events())
        rows = [(name, 0, value, 100) for name, value in zip(IDS, values, strict=True)]
        OutcomeLog(database).record("p", outcomes(rows))
        outcome = Feedback(database).scored("p", 0, 9).outcome
        assert (outcome.to_pylist(), str(outcome.type)) == (values, kind)

    def test_kinds_do_not_mix(self, database: Database) -> None:
        """Outcomes of kinds that do not mix are refused where they are read."""
        EventLog(database).record("p", events())
        OutcomeLog(database).record("p", outcomes([("a", 0, True, 100), ("b", 0, "late", 100)]))
        with pytest.raises(DataError, match="do not mix"):
            Feedback(database).scored("p", 0, 9)

    def test_quarantine_joins(self, database: Database) -> None:
        """An outcome that arrived before its event waits and joins it; the receipt has its time."""
        OutcomeLog(database).record("p", outcomes([("b", 0, True, 100)]))
        assert Feedback(database).quarantined("p") == ["b"]
        assert Feedback(database).arrived("p", 0, END_OF_TIME).tolist() == []
        assert EventLog(database).record("p", events()).joined == (1,)
        assert EventLog(database).record("p", events()).joined == ()
        assert Feedback(database).quarantined("p") == []
        assert state(database, "p") == {"b": (True, 100)}

    def test_conflict_resolved(self, database: Database) -> None:
        """Two values of one revision are not evaluated until a higher revision resolves them."""
        EventLog(database).record("p", events())
        log, feedback = OutcomeLog(database), Feedback(database)
        log.record("p", outcomes([("a", 0, True, 100), ("a", 0, False, 101)]))
        assert [(each.event, each.values) for each in feedback.conflicts("p")] == [
            ("a", ("false", "true"))
        ]
        assert feedback.conflicts("p", known_by=101) == []
        assert state(database, "p", known_by=101) == {"a": (True, 100)}
        assert state(database, "p") == {}
        log.record("p", outcomes([("a", 1, False, 102)]))
        assert feedback.conflicts("p") == []
        assert state(database, "p") == {"a": (False, 102)}

    def test_known_by(self, database: Database) -> None:
        """Only outcomes that arrived before a moment count, corrections included."""
        EventLog(database).record("p", events())
        rows = [("a", 0, True, 100), ("a", 1, False, 105)]
        OutcomeLog(database).record("p", outcomes(rows))
        assert state(database, "p", known_by=100) == {}
        assert state(database, "p", known_by=105) == {"a": (True, 100)}
        assert state(database, "p", known_by=106) == {"a": (False, 105)}

    def test_late_reopens_its_window(self, database: Database) -> None:
        """Outcomes that arrived in a window give the times of their events, each once."""
        EventLog(database).record("p", events())
        log = OutcomeLog(database)
        log.record("p", outcomes([("a", 0, True, 100), ("c", 0, True, 100)]))
        log.record("p", outcomes([("c", 1, True, 110), ("c", 2, False, 111)]))
        assert Feedback(database).arrived("p", 105, 120).tolist() == [2]

    @EXAMPLES
    @given(rows=ROWS, data=st.data())
    def test_order_independent(
        self, database: Database, rows: list[Row], data: st.DataObject
    ) -> None:
        """Any order, any split into batches, events before or after: one state, the right one."""
        product = f"p{next(PRODUCTS)}"
        shuffled = data.draw(st.permutations(rows))
        cuts = sorted(data.draw(st.sets(st.integers(0, len(rows)), max_size=3)))
        appears = data.draw(st.integers(0, len(cuts)))
        log, receipt = OutcomeLog(database), Receipt()
        with database.transaction():
            for at, (low, high) in enumerate(itertools.pairwise([0, *cuts, len(rows)])):
                if at == appears:
                    EventLog(database).record(product, events())
                receipt += log.record(product, outcomes(shuffled[low:high]))
        for known_by in (102, END_OF_TIME):
            assert state(database, product, known_by) == expected(rows, known_by)
        assert receipt.received == len(rows) == total(receipt)
        unheard = ["unheard"] if any(row[0] == "unheard" for row in rows) else []
        assert Feedback(database).quarantined(product) == unheard

    def test_choices_are_of_some_manifests(self, database: Database) -> None:
        """With the outcome that stands, in order; records only if they are asked for."""
        log = EventLog(database)
        log.record("p", replace(events(), manifest=1, features="{}"))
        other = replace(events(), id=["x", *IDS[1:]], manifest=2)
        log.record("p", other)
        rows = [("a", 0, True, 100), ("a", 1, False, 101), ("b", 0, True, 100), ("x", 0, True, 9)]
        OutcomeLog(database).record("p", outcomes([row for row in rows if row[3] > 50]))
        choices = ChoiceLog(database, "p").scored(range(1, 2))
        assert (choices.id, choices.outcome.to_pylist()) == (["a", "b"], [False, True])
        assert choices.features == [None, None]
        assert choices.prediction.shape == (2, 1)
        again = ChoiceLog(database, "p").scored(range(1, 2), start=1, features=True)
        assert (again.id, again.features) == (["b"], ["{}"])
        assert ChoiceLog(database, "p").scored(range(2, 3)).id == []
        assert ChoiceLog(database, "q").scored(range(1, 9)).id == []

    def test_keys_are_assigned_once_for_each_generation(self, database: Database) -> None:
        """With their first event and how many there are, whether or not an outcome came."""
        log = EventLog(database)
        log.record("p", replace(events(), key=["k"] * len(IDS), manifest=1))
        assigned = ChoiceLog(database, "p").assigned(range(1, 2))
        assert (assigned.key, assigned.events) == (["k"], [len(IDS)])
        assert assigned.time.tolist() == [0]

    def test_mirrors_are_what_shadows_predicted(self, database: Database) -> None:
        """Beside what was served, which is no mirror."""
        log = EventLog(database)
        log.record("p", replace(events(), manifest=1))
        shadow = replace(events(), manifest=1, generation=9, propensity=0.0, shadow=True)
        log.record("p", shadow)
        mirrors = ChoiceLog(database, "p").mirrored(range(1, 2))
        assert sorted(mirrors.id) == sorted(IDS)
        assert set(mirrors.generation.tolist()) == {9}
        assert ChoiceLog(database, "p").scored(range(1, 2)).id == []


def total(receipt: Receipt) -> int:
    """Return the sum of the five things that can become of an outcome."""
    kinds = ("accepted", "duplicate", "quarantined", "conflicting", "rejected")
    return sum(getattr(receipt, kind) for kind in kinds)
