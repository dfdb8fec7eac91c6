from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from production.implementations.flights.online_learner import OnlineFlightsLearner
from production.implementations.flights.online_model import OnlineFlightsModel
from tests.suites.learner import ResumingLearnerSuite

if TYPE_CHECKING:
    import pyarrow as pa


class TestOnlineFlightsLearner(ResumingLearnerSuite):
    """Production's online implementation is a learner that resumes."""

    @pytest.fixture(scope="class")
    @classmethod
    def params(cls) -> dict[str, Any]:
        """Few passes."""
        return {"epochs": 2, "rate": 0.05}

    @pytest.fixture(scope="class")
    @classmethod
    def learner(cls) -> OnlineFlightsLearner:
        """Production's learner."""
        return OnlineFlightsLearner()

    @pytest.fixture(scope="class")
    @classmethod
    def reader(cls) -> type[OnlineFlightsModel]:
        """The class that reads the state back."""
        return OnlineFlightsModel

    def test_unknown_text(self, fitted: OnlineFlightsModel, inputs: pa.Table) -> None:
        """A text that no training row had counts for nothing."""
        at = inputs.column_names.index("dest")
        one, other = (
            inputs[:50].set_column(at, "dest", [[text] * 50]) for text in ("???", "somewhere")
        )
        assert np.array_equal(fitted.predict(one), fitted.predict(other))
