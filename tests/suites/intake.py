"""What every log of outcomes does with what comes in; the test file of a database builds one."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from contracts.data.outcomes import numeric_outcomes
from contracts.moment import END_OF_TIME
from production.database.tables import OUTCOMES
from production.feedback.batch import Receipt
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from tests.suites.events import IDS, events
from tests.suites.feedback import EXAMPLES, PRODUCTS, outcomes, total

if TYPE_CHECKING:
    from production.database.database import Database
    from tests.suites.feedback import Row


def target(kind: str, *labels: Any, labels_open: bool = False) -> Any:
    """Return what a product predicts."""
    return SimpleNamespace(product="p", kind=kind, labels=labels, labels_open=labels_open)


REGRESSION = target("regression")
BINARY, BINARY_NUMBERS = target("binary", "in time", "late"), target("binary", 0, 1)
BINARY_TRUTHS = target("binary", False, True)
CLOSED, CLOSED_NUMBERS = target("multiclass", "a", "b", "c"), target("multiclass", 1, 2, 3)
OPEN = target("multiclass", "a", "b", labels_open=True)
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


class IntakeSuite:
    """Inherit it and give the fixture `database`: an empty one."""

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

    def test_the_longest_id_and_value_are_stored(self, database: Database) -> None:
        """What is longer is rejected alone: an index could not hold it."""
        longest, value = "ä" * 500, "v" * 998
        EventLog(database).record("p", events(["a", longest]))
        rows = [(longest, 0, value, 100), ("a", 0, f"{value}v", 100), ("ä" * 501, 0, value, 100)]
        receipt = OutcomeLog(database).record("p", outcomes(rows), target=OPEN)
        assert (receipt.accepted, receipt.rejected) == (1, 2)
        assert Feedback(database).scored("p", 0, 9).outcome.to_pylist() == [value]

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
        assert receipt.received == len(rows) == total(receipt)
        assert receipt.rejected == len(receipt.rejections)
        again = OutcomeLog(database).record(product, outcomes(rows), target=target)
        assert (again.rejected, again.accepted + again.conflicting) == (receipt.rejected, 0)
        if target is not None:
            scored = Feedback(database).scored(product, 0, END_OF_TIME)
            assert len(numeric_outcomes(target, scored.outcome)) == len(scored.id)
