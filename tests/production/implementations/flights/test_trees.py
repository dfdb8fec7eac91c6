from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from production.implementations.flights.model import TreeGraph
from production.implementations.flights.trees import graph


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    """Neighbouring float32 numbers, so that thresholds fall between them, and missing ones."""
    draw = np.random.default_rng(0)
    base = np.float32(1) + draw.integers(0, 12, (3_000, 3)) * np.spacing(np.float32(1))
    return np.where(draw.random(base.shape) < 0.1, np.nan, base).astype(np.float32)


@pytest.fixture(scope="module")
def booster(matrix: np.ndarray) -> HistGradientBoostingClassifier:
    """Trees fitted to whether the first number is large or the second is missing."""
    late = (matrix[:, 0] > np.nanmean(matrix[:, 0])) | np.isnan(matrix[:, 1])
    booster = HistGradientBoostingClassifier(max_iter=20, random_state=0, early_stopping=False)
    return booster.fit(matrix, late)


@pytest.fixture(scope="module")
def written(booster: HistGradientBoostingClassifier) -> TreeGraph:
    """The same trees, written as a graph."""
    trees = [stage[0].nodes for stage in booster._predictors]
    state = graph(trees, baseline=float(booster._baseline_prediction.item()), columns=3)
    return TreeGraph(state, columns=3)


def test_neighbours(
    written: TreeGraph, booster: HistGradientBoostingClassifier, matrix: np.ndarray
) -> None:
    """Every row takes the same branches, even between two neighbouring float32 numbers."""
    np.testing.assert_allclose(
        written.many(matrix), booster.predict_proba(matrix)[:, 1:], rtol=0, atol=1e-6
    )


def test_one(written: TreeGraph, matrix: np.ndarray) -> None:
    """One row over bound memory gets the same as in bulk, whatever row came before."""
    singles = [written.one(row.tolist()) for row in matrix[:200]]
    assert singles == written.many(matrix[:200])[:, 0].tolist()


def test_beyond_float32(written: TreeGraph) -> None:
    """A number beyond float32 counts as the largest float32."""
    largest = float(np.finfo(np.float32).max)
    assert written.one([1e300, -1e300, 1.0]) == written.one([largest, -largest, 1.0])
