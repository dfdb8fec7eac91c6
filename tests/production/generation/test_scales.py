"""Regressions of any unit, through the form that is served: a graph in single precision mostly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge

from contracts.errors import IntegrityError
from production.generation.description import Description
from production.generation.files import MODEL, pack, read_checked
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.export.fitted import Fitted

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Floats

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

TARGET: Any = SimpleNamespace(product="any", kind="regression", labels=(), labels_open=False, k=1)
INPUTS = ("a", "b", "c")
ABOUT = Description(product="any", contract="1.0.0", inputs=INPUTS, k=1)
N = 2_000
SCALES = ["around 200", "around a million, heavy tails", "around a millionth"]
ESTIMATORS = {
    "boosted": lambda: HistGradientBoostingRegressor(max_iter=150, random_state=0),
    "forest": lambda: RandomForestRegressor(20, random_state=0),
    "linear": Ridge,
}


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """Three columns of numbers."""
    draw = np.random.default_rng(2)
    return pa.table({name: draw.normal(size=N) for name in INPUTS})


def outcomes(rows: pa.Table, scale: str) -> Floats:
    """Return what depends on the first two columns and on chance."""
    draw = np.random.default_rng(3)
    signal = 2 * rows["a"].to_numpy() + np.sin(3 * rows["b"].to_numpy())
    values = {
        "around 200": 200 + 15 * signal,
        "around a million, heavy tails": 1e6 * np.exp(signal / 2) * (1 + draw.pareto(1.2, N)),
        "around a millionth": 1e-6 * (1 + 0.2 * signal),
    }
    return values[scale]


def fitted(name: str, rows: pa.Table, truth: Floats) -> Fitted:
    """Return an estimator's model of outcomes."""
    estimator = ESTIMATORS[name]().fit(pd.DataFrame(arrays(rows)), truth)
    return Fitted(estimator, rows)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    "name", ["boosted", "linear", pytest.param("forest", marks=pytest.mark.long)]
)
def test_a_regression_of_any_unit_loads_and_no_other_does(
    rows: pa.Table, tmp_path: Path, name: str, scale: str
) -> None:
    """What was trained deploys; one trained on outcomes a hundredth off is told from it."""
    truth, folder = outcomes(rows, scale), tmp_path / "generation"
    folder.mkdir()
    pack(folder, fitted(name, rows, truth), description=ABOUT, golden=rows[:300])
    read_checked(folder, ExportedModel, TARGET, inputs=INPUTS, name="1.0.0/1")
    other = fitted(name, rows, truth * np.linspace(1, 1.01, N))
    other.write(folder / MODEL)
    with pytest.raises(IntegrityError, match=r"1\.0\.0/1: its golden set is"):
        read_checked(folder, ExportedModel, TARGET, inputs=INPUTS, name="1.0.0/1")
