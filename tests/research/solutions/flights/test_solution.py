from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from research.solutions.flights.solution import FlightsSolution
from tests.suites.learner import LearnerSuite, largest_difference

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class TestFlightsLearner(LearnerSuite):
    """Research's solution is a learner; its models are read back in their ONNX form."""

    @pytest.fixture(scope="class")
    @classmethod
    def learner(cls) -> FlightsSolution:
        """Research's learner."""
        return FlightsSolution(threads=1)

    @pytest.fixture(scope="class")
    @classmethod
    def reader(cls) -> type[ExportedModel]:
        """The class that reads the ONNX form."""
        return ExportedModel

    def test_form(self, read: ExportedModel) -> None:
        """ONNX can express the pipeline, and the form says why it is served so."""
        assert read.form == "onnx"
        assert "numbers beside a tree's thresholds" in read.why

    def test_unknown_text(self, fitted: Fitted, read: ExportedModel, inputs: pa.Table) -> None:
        """Both forms predict the same for a text that no training row had."""
        names = inputs.column_names
        unseen = inputs[:50].set_column(names.index("dest"), "dest", [["???"] * 50])
        assert largest_difference(fitted.predict(unseen), read.predict(unseen)) <= self.rounding

    def test_no_pickle(self, tmp_path: Path) -> None:
        """The pipeline itself cannot be read back, and the error names what can."""
        with pytest.raises(StateError, match="ExportedModel"):
            Fitted.read(tmp_path)
