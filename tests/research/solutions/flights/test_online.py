from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from production.implementations.flights.online_learner import OnlineFlightsLearner
from research.solutions.flights.online import OnlineFlightsSolution
from research.solutions.flights.online_model import OnlineFlights
from tests.suites.learner import ResumingLearnerSuite, largest_difference, with_nulls

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


class TestOnlineFlightsSolution(ResumingLearnerSuite):
    """Research's online solution is a learner that resumes."""

    @pytest.fixture(scope="class")
    @classmethod
    def params(cls) -> dict[str, Any]:
        """Few passes."""
        return {"epochs": 2, "rate": 0.05}

    @pytest.fixture(scope="class")
    @classmethod
    def learner(cls) -> OnlineFlightsSolution:
        """Research's learner."""
        return OnlineFlightsSolution()

    @pytest.fixture(scope="class")
    @classmethod
    def reader(cls) -> type[OnlineFlights]:
        """The class that reads the state back."""
        return OnlineFlights

    def test_both_sides_predict_the_same(
        self, learner: Any, rows: pa.Table, params: Mapping[str, Any]
    ) -> None:
        """Fitted to the same rows, and resumed with the same, as production's implementation.

        They differ by what they do with an airport that only the later rows have.
        """
        inputs = with_nulls(rows.drop_columns(["outcome"]), 1_000)
        half = rows.num_rows // 2
        predicted = []
        for side in (learner, OnlineFlightsLearner()):
            model = side.fit(rows[:half], params=params, seed=0)
            predicted += [model.predict(inputs), side.resume(model, rows[half:]).predict(inputs)]
        for one, other in zip(predicted[:2], predicted[2:], strict=True):
            assert largest_difference(one, other) <= 1e-6
