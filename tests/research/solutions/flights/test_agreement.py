from __future__ import annotations

from typing import TYPE_CHECKING, Any

from production.implementations.flights.learner import FlightsLearner as Production
from research.solutions.flights.learner import FlightsLearner as Research
from tests.suites.learner import apart, with_nulls

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


def test_same_data(rows: pa.Table, params: Mapping[str, Any]) -> None:
    """Fitted to the same rows with the same seed, both sides answer alike but for rounding."""
    inputs = with_nulls(rows.drop_columns(["outcome"]), 1_000)
    research, production = (
        side(threads=1).fit(rows, params=params, seed=0).predict(inputs)
        for side in (Research, Production)
    )
    assert apart(research, production) <= 1e-6
