"""What every log of events and outcomes must do; the test file of a database only builds one."""

from __future__ import annotations

import itertools
import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contracts.data.labelled import numeric_outcomes
from contracts.errors import DataError
from contracts.moment import END_OF_TIME
from production.database.tables import OUTCOMES
from production.feedback.batch import Outcomes, Receipt
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from tests.suites.events import IDS, events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.database.database import Database


def target(kind: str, *labels: Any, labels_open: bool = False) -> Any:
    """Return what a product predicts."""
    return SimpleNamespace(product="p", kind=kind, labels=labels, labels_open=labels_open)


REGRESSION = target("regression")
BINARY, BINARY_NUMBERS = target("binary", "in time", "late"), target("binary", 0, 1)
BINARY_TRUTHS = target("binary", False, True)
CLOSED, CLOSED_NUMBERS = target("multiclass", "a", "b", "c"), target("multiclass", 1, 2, 3)
OPEN = target("multiclass", "a", "b", labels_open=True)
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
#: What may come as any part of an outcome: mostly nonsense, some of it nearly right.
ANY = st.one_of(
    st.sampled_from(
        [*IDS, "late", "in time", "a\ud800", "a\0", "", 2**53 + 1, 2**63, -1, 0, 1, 100]
    ),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=2),
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

    def test_receipt(self, database: Database) -> None:
        """Each outcome is counted as exactly one of the five, late among the accepted."""
        EventLog(database).record("p", events())
        batch = [
            ("a", 0, True, 100),  # accepted
            ("a", 0, True, 101),  # duplicate
            ("a", 0, False, 102),  # conflicting
            ("a", 1, False, 101),  # accepted
            ("b", 0, True, 103),  # accepted, late
            ("unheard", 0, True, 100),  # quarantined
            ("c", 0, None, 100),  # rejected
        ]
        receipt = OutcomeLog(database).record("p", outcomes(batch), closes=lambda time: time + 102)
        assert receipt == Receipt(
            received=7,
            accepted=3,
            duplicate=1,
            quarantined=1,
            conflicting=1,
            rejected=1,
            late=1,
            rejections=("'c': expected a value of this product's outcome, got None",),
        )

    @pytest.mark.parametrize(
        "row",
        [
            ("", 0, True, 100),
            (7, 0, True, 100),
            ("a", -1, True, 100),
            ("a", True, True, 100),
            ("a", 2**63, True, 100),
            ("a", 0, float("nan"), 100),
            ("a", 0, [1], 100),
            ("a", 0, True, 49),
            ("a", 0, True, 2**63),
            ("a", 0, True, 100.5),
        ],
    )
    def test_malformed(self, database: Database, row: Row) -> None:
        """A malformed outcome is rejected and not stored."""
        EventLog(database).record("p", events())
        receipt = OutcomeLog(database).record("p", outcomes([row]))
        assert (receipt.received, receipt.rejected, len(receipt.rejections)) == (1, 1, 1)
        with database.reading() as connection:
            assert connection.execute(select(OUTCOMES)).all() == []

    @pytest.mark.parametrize(
        ("target", "accepted", "rejected"),
        [
            (REGRESSION, [True, 1, 1.5, 2.0**60, 2**60], ["late", math.nan, math.inf, 2**53 + 1]),
            (BINARY, [True, "late", "in time"], ["on time", 1, 0.5, "True"]),
            (BINARY_NUMBERS, [True, 0, 1, 1.0], [2, "1", 0.5]),
            (BINARY_TRUTHS, [True, False], [1, 0, "True"]),
            (CLOSED, ["a", "c"], ["d", True, 1]),
            (CLOSED_NUMBERS, [1, 2, 3.0], [4, True, "1", 1.5]),
            (OPEN, ["a", "unlisted"], [True, 1, 1.5]),
        ],
    )
    def test_an_outcome_of_another_kind_is_rejected(
        self, database: Database, target: Any, accepted: list[Any], rejected: list[Any]
    ) -> None:
        """Only what the contract's target can be is recorded; the rest is counted, with reasons."""
        values = [*accepted, *rejected]
        names = [f"{at:02}" for at in range(len(values))]
        EventLog(database).record("p", events(names))
        rows = [(name, 0, value, 100) for name, value in zip(names, values, strict=True)]
        receipt = OutcomeLog(database).record("p", outcomes(rows), target=target)
        assert (receipt.accepted, receipt.rejected) == (len(accepted), len(rejected))
        reasons = (reason.partition(": ") for reason in receipt.rejections)
        assert [(name, reason[:8]) for name, _, reason in reasons] == [
            (repr(name), "expected") for name in names[len(accepted) :]
        ]
        scored = Feedback(database).scored("p", 0, len(values))
        assert scored.id == names[: len(accepted)]
        assert np.isfinite(numeric_outcomes(target, scored.outcome)).sum() == sum(
            value != "unlisted" for value in accepted
        )

    def test_a_label_and_its_truth_value_are_one_outcome(self, database: Database) -> None:
        """Of a binary target; so that two senders need not agree on how they say it."""
        EventLog(database).record("p", events())
        rows = [("a", 0, "late", 100), ("a", 0, True, 101), ("b", 0, False, 100)]
        receipt = OutcomeLog(database).record("p", outcomes(rows), target=BINARY)
        assert (receipt.accepted, receipt.duplicate) == (2, 1)
        assert Feedback(database).scored("p", 0, 9).outcome.to_pylist() == [True, False]

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

    @pytest.mark.parametrize(
        ("one", "same"),
        [(3, 3.0), (2**53, 2.0**53), (2**60, 2.0**60), (2**63, 2.0**63), (0, -0.0), (10**22, 1e22)],
    )
    def test_one_number(self, database: Database, one: int, same: float) -> None:
        """A whole number is one value, written as an integer or as a float."""
        EventLog(database).record("p", events())
        log = OutcomeLog(database)
        log.record("p", outcomes([("a", 0, one, 100), ("b", 0, 0.5, 100)]))
        assert log.record("p", outcomes([("a", 0, same, 101)])).duplicate == 1
        assert Feedback(database).scored("p", 0, 9).outcome.to_pylist() == [float(one), 0.5]

    @pytest.mark.parametrize(
        "number",
        [2**53 + 1, -(2**53) - 1, 2**64 + 1, 10**400, 10**5_000],
        ids=["above", "below", "of 65 bits", "of no float", "of no text"],
    )
    def test_a_number_that_no_float_is_poisons_no_window(
        self, database: Database, number: int
    ) -> None:
        """An integer that a float64 does not hold exactly is rejected, for its event alone."""
        EventLog(database).record("p", events())
        rows = [("a", 0, number, 100), ("b", 0, 0.5, 100)]
        receipt = OutcomeLog(database).record("p", outcomes(rows))
        assert (receipt.accepted, receipt.rejected) == (1, 1)
        assert receipt.rejections[0].startswith("'a': expected a")
        assert Feedback(database).scored("p", 0, 9).outcome.to_pylist() == [0.5]

    @EXAMPLES
    @given(
        rows=st.lists(st.tuples(ANY, ANY, ANY, ANY), max_size=12),
        target=st.sampled_from([None, REGRESSION, BINARY, CLOSED, OPEN]),
    )
    def test_any_batch_has_a_receipt_and_poisons_no_window(
        self, database: Database, rows: list[Row], target: Any
    ) -> None:
        """Whatever comes: each row is counted once, with a reason if rejected; windows are read."""
        product = f"p{next(PRODUCTS)}"
        EventLog(database).record(product, events())
        receipt = OutcomeLog(database).record(product, outcomes(rows), target=target)
        assert receipt.received == len(rows) == _sum(receipt)
        assert receipt.rejected == len(receipt.rejections)
        again = OutcomeLog(database).record(product, outcomes(rows), target=target)
        assert (again.rejected, again.accepted + again.conflicting) == (receipt.rejected, 0)
        if target is not None:
            scored = Feedback(database).scored(product, 0, END_OF_TIME)
            assert len(numeric_outcomes(target, scored.outcome)) == len(scored.id)

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
        assert receipt.received == len(rows) == _sum(receipt)
        unheard = ["unheard"] if any(row[0] == "unheard" for row in rows) else []
        assert Feedback(database).quarantined(product) == unheard


def _sum(receipt: Receipt) -> int:
    kinds = ("accepted", "duplicate", "quarantined", "conflicting", "rejected")
    return sum(getattr(receipt, kind) for kind in kinds)
