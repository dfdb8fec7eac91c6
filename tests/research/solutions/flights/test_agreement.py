from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from production.implementations.flights.learner import FlightsLearner as Production
from research.export.exported import ExportedModel
from research.solutions.flights.solution import FlightsSolution as Research
from tests.suites.learner import largest_difference, with_nulls

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_same_data(rows: pa.Table, params: Mapping[str, Any]) -> None:
    """Fitted to the same rows with the same seed, both sides predict the same but for rounding."""
    inputs = with_nulls(rows.drop_columns(["outcome"]), 1_000)
    research, production = (
        side(threads=1).fit(rows, params=params, seed=0).predict(inputs)
        for side in (Research, Production)
    )
    assert largest_difference(research, production) <= 1e-6


def test_a_value_next_to_a_threshold_takes_the_same_branch(
    rows: pa.Table, params: Mapping[str, Any]
) -> None:
    """ONNX must not round a value across the threshold between two training values."""
    model = Research(threads=1).fit(rows, params=params, seed=0)
    inputs = rows.drop_columns(["outcome"]).slice(0, 2)
    with TemporaryDirectory() as folder:
        model.write(Path(folder))
        served = ExportedModel.read(Path(folder))
    trees = model.pipeline[-1]
    at = inputs.column_names.index("pressure")
    place = [*model.pipeline[0].get_feature_names_out()].index("remainder__pressure")
    nodes = np.concatenate([tree.nodes for stage in trees._predictors for tree in stage])
    splits = nodes["num_threshold"][(nodes["feature_idx"] == place) & (nodes["is_leaf"] == 0)]
    near = np.unique(splits.astype(np.float32))
    beside = np.concatenate([np.nextafter(near, np.float32(side)) for side in (-np.inf, np.inf)])
    for value in [*near.tolist(), *beside.tolist()]:
        changed = inputs.set_column(at, "pressure", pa.array([value] * 2, pa.float64()))
        assert largest_difference(model.predict(changed), served.predict(changed)) <= 1e-6
