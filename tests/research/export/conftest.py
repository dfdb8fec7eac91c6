"""Estimators fitted to a few hundred rows, of every kind a solution may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from research.export.arrays import arrays
from research.export.single import SinglePrecision

if TYPE_CHECKING:
    from collections.abc import Callable

N = 600
LABELS = ("low", "mid", "high")
BOOSTED: dict[str, Any] = {"max_iter": 8, "early_stopping": False, "random_state": 0}


def _codes() -> ColumnTransformer:
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float32
    )
    return ColumnTransformer([("text", codes, ["place"])], remainder="passthrough")


def _dummies() -> ColumnTransformer:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    text = OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer([("text", text, ["place"]), ("numbers", numbers, ["size", "age"])])


def doubled(matrix: Any) -> Any:
    """Return twice a matrix: a function that a solution could define."""
    return 2 * matrix


ESTIMATORS: dict[str, Callable[[], Any]] = {
    "logistic": lambda: make_pipeline(_dummies(), LogisticRegression()),
    "numbers": lambda: make_pipeline(SimpleImputer(), LogisticRegression()),
    "boosted": lambda: make_pipeline(_codes(), HistGradientBoostingClassifier(**BOOSTED)),
    "boosted values": lambda: make_pipeline(_codes(), HistGradientBoostingRegressor(**BOOSTED)),
    "linear": lambda: make_pipeline(_dummies(), LinearRegression()),
    "categories": lambda: make_pipeline(
        _codes(), HistGradientBoostingClassifier(categorical_features=[0], **BOOSTED)
    ),
    "forest": lambda: make_pipeline(_codes(), RandomForestClassifier(5, random_state=0)),
    # ONNX cannot express it exactly: it is fitted in float32.
    "single": lambda: make_pipeline(
        _dummies(), SinglePrecision(), LogisticRegression(max_iter=500)
    ),
    # ONNX cannot express it.
    "kernel": lambda: make_pipeline(
        _dummies(), RBFSampler(random_state=0), LogisticRegression(max_iter=500)
    ),
    # Neither form can hold it.
    "function": lambda: make_pipeline(
        _dummies(), FunctionTransformer(doubled), LogisticRegression()
    ),
}


@pytest.fixture(scope="session")
def rows() -> pa.Table:
    """Inputs: a text, a number that may be missing, a whole number."""
    draw = np.random.default_rng(0)
    return pa.table(
        {
            "place": draw.choice(["inn", "mill", "ford", "weir"], N),
            "size": pa.array(draw.normal(size=N), mask=draw.random(N) < 0.1),
            "age": pa.array(draw.integers(0, 90, N)),
        }
    )


@pytest.fixture(scope="session")
def fit(rows: pa.Table) -> Callable[..., Pipeline]:
    """Fits one of the estimators to an outcome of a kind."""
    score = rows["size"].fill_null(0).to_numpy() + rows["age"].to_numpy() / 30
    score = score + np.isin(rows["place"].to_numpy(), ["inn", "weir"])
    outcomes = {
        "binary": score > 2,
        "multiclass": np.array(LABELS)[np.digitize(score, [1.5, 2.5])],
        "regression": 1000 * score,
    }

    def fitted(name: str, kind: str = "binary") -> Pipeline:
        inputs = rows if name != "numbers" else rows.drop_columns(["place"])
        estimator: Pipeline = ESTIMATORS[name]()
        return estimator.fit(pd.DataFrame(arrays(inputs)), outcomes[kind])

    return fitted
