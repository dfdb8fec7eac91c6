from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from research.export.fitted import Fitted
from research.solutions.flights.learner import FlightsLearner
from research.solutions.flights.served import Served
from tests.suites.learner import LearnerSuite, apart

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class TestFlightsLearner(LearnerSuite):
    """Research's solution is a learner; its models come back in their ONNX form."""

    @pytest.fixture(scope="class")
    @classmethod
    def learner(cls) -> FlightsLearner:
        """Research's learner."""
        return FlightsLearner(threads=1)

    @pytest.fixture(scope="class")
    @classmethod
    def reader(cls) -> type[Served]:
        """The class that reads the ONNX form."""
        return Served

    def test_form(self, read: Served) -> None:
        """The pipeline is one that ONNX expresses, and that is said."""
        assert read.form == "onnx"
        assert "rows its graph's answers are at most" in read.why

    def test_unknown_text(self, fitted: Fitted, read: Served, inputs: pa.Table) -> None:
        """A text that no training row had is answered alike by both forms."""
        names = inputs.column_names
        foreign = inputs[:50].set_column(names.index("dest"), "dest", [["???"] * 50])
        assert apart(fitted.predict(foreign), read.predict(foreign)) <= self.rounding

    def test_no_pickle(self, tmp_path: Path) -> None:
        """The pipeline itself does not come back, and who asks is told what does."""
        with pytest.raises(StateError, match="Served"):
            Fitted.read(tmp_path)


def test_served_lightly() -> None:
    """The ONNX form is read without pandas and scikit-learn."""
    heavy = ("pandas", "pandera", "sklearn", "skl2onnx", "onnx")
    code = (
        "import research.solutions.flights.served, sys; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
