from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.errors import MissingExtraError, StateError
from production.implementations.flights import learner as module
from production.implementations.flights.learner import FlightsLearner
from production.implementations.flights.model import ENCODING_FILE, TREES_FILE, FlightsModel
from tests.suites.learner import LearnerSuite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa


@pytest.fixture(scope="module")
def learner() -> FlightsLearner:
    """Production's learner."""
    return FlightsLearner(threads=1)


class TestFlightsLearner(LearnerSuite):
    """Production's implementation is a learner."""

    @pytest.fixture(scope="class")
    @classmethod
    def reader(cls) -> type[FlightsModel]:
        """The class that reads the state back."""
        return FlightsModel

    def test_state(self, fitted: FlightsModel, tmp_path: Path) -> None:
        """The state is one JSON and one ONNX file, and the same bytes when written again."""
        fitted.write(tmp_path)
        again = tmp_path / "again"
        again.mkdir()
        FlightsModel.read(tmp_path).write(again)
        written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        assert written.keys() == {ENCODING_FILE, TREES_FILE}
        assert written == {path.name: path.read_bytes() for path in again.iterdir()}

    def test_unknown_format(self, fitted: FlightsModel, tmp_path: Path) -> None:
        """A state of another format is refused rather than guessed at."""
        fitted.write(tmp_path)
        encoding = (tmp_path / ENCODING_FILE).read_text().replace('"format":1', '"format":2')
        (tmp_path / ENCODING_FILE).write_text(encoding)
        with pytest.raises(StateError, match="Invalid enum value 2"):
            FlightsModel.read(tmp_path)

    def test_threads(
        self, fitted: FlightsModel, rows: pa.Table, params: Mapping[str, Any], inputs: pa.Table
    ) -> None:
        """The number of threads does not change the model by a bit."""
        two = FlightsLearner(threads=2).fit(rows, params=params, seed=0)
        assert np.array_equal(two.predict(inputs), fitted.predict(inputs))


def test_missing_extra(
    monkeypatch: pytest.MonkeyPatch, learner: FlightsLearner, rows: pa.Table
) -> None:
    """Without scikit-learn a fit names the extra to install."""
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(MissingExtraError, match=r"\[train\]"):
        learner.fit(rows, params={}, seed=0)


def test_another_graph(
    monkeypatch: pytest.MonkeyPatch, learner: FlightsLearner, rows: pa.Table
) -> None:
    """A graph that predicts otherwise than the fitted trees is refused at once."""
    monkeypatch.setattr(module, "TOLERANCE", -1.0)
    with pytest.raises(StateError, match="predict otherwise"):
        learner.fit(rows, params={"max_iter": 2}, seed=0)
