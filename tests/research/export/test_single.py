"""A solution that works in single precision casts in its own pipeline; every form casts alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from research.export.arrays import LARGEST, LARGEST_SINGLE, arrays
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from research.export.single import SinglePrecision

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cast() -> None:
    """Numbers become the nearest float32, those beyond it its largest; missing ones stay so."""
    frame = pd.DataFrame({"a": [0.1, LARGEST, np.nan], "b": [2**24 + 1, -(2**60), 0]})
    cast = SinglePrecision().fit(frame).transform(frame)
    assert cast.dtype == np.float32
    expected = np.array([[0.1, 2**24], [LARGEST_SINGLE, -(2**60)], [np.nan, 0]], np.float32)
    np.testing.assert_array_equal(cast, expected)
    assert SinglePrecision().set_output(transform="pandas").fit_transform(frame).shape == (3, 2)


@pytest.mark.parametrize(
    ("form", "steps"),
    [("onnx", [SinglePrecision()]), ("skops", [SinglePrecision(), StandardScaler()])],
)
def test_both_forms_cast(form: str, steps: list[Any], tmp_path: Path) -> None:
    """The graph casts as the pipeline does; a scaler in float32 is left to skops, to the bit."""
    draw = np.random.default_rng(0).normal(size=(2_000, 2)) * [1, 1e8]
    rows = pa.table({"a": draw[:, 0], "b": draw[:, 1]})
    trees = HistGradientBoostingClassifier(max_iter=10, random_state=0)
    fitted = make_pipeline(*steps, trees).fit(pd.DataFrame(arrays(rows)), draw @ [1, 1e-8] > 0)
    model = Fitted(fitted, rows)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == form
    assert np.abs(served.predict(rows) - model.predict(rows)).max() < 1e-6
