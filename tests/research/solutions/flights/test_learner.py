from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ContractError, StateError
from research.solutions.flights import convert
from research.solutions.flights.learner import FlightsLearner
from research.solutions.flights.model import FlightsModel
from research.solutions.flights.served import FILE, Served
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

    def test_state(self, fitted: FlightsModel, tmp_path: Path) -> None:
        """The state is one ONNX file, the same bytes when its reader writes it."""
        fitted.write(tmp_path)
        (path,) = tmp_path.iterdir()
        written = path.read_bytes()
        Served.read(tmp_path).write(tmp_path)
        assert (path.name, path.read_bytes()) == (FILE, written)

    def test_unknown_text(self, fitted: FlightsModel, read: Served, inputs: pa.Table) -> None:
        """A text that no training row had is answered alike by both forms."""
        names = inputs.column_names
        foreign = inputs[:50].set_column(names.index("dest"), "dest", [["???"] * 50])
        assert apart(fitted.predict(foreign), read.predict(foreign)) <= self.rounding

    def test_another_model(
        self, monkeypatch: pytest.MonkeyPatch, fitted: FlightsModel, tmp_path: Path
    ) -> None:
        """An ONNX form that answers differently is refused, and nothing is written."""
        monkeypatch.setattr(convert, "TOLERANCE", 1e-12)
        with pytest.raises(ContractError, match="another model"):
            fitted.write(tmp_path)
        assert not [*tmp_path.iterdir()]

    def test_no_pickle(self, tmp_path: Path) -> None:
        """The pipeline itself does not come back, and who asks is told what does."""
        with pytest.raises(StateError, match="Served"):
            FlightsModel.read(tmp_path)


def test_served_lightly() -> None:
    """The ONNX form is read without pandas and scikit-learn."""
    heavy = ("pandas", "pandera", "sklearn", "skl2onnx", "onnx")
    code = (
        "import research.solutions.flights.served, sys; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
