"""Research's side: a scikit-learn pipeline over a pandas frame, whose fit depends on its seed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import numpy as np
import pyarrow as pa
import pytz
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from contracts.errors import StateError
from deliveries.world import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from sklearn.pipeline import Pipeline

    from contracts.ports import Floats

ZONE = pytz.timezone("Europe/Berlin")
#: What was fitted before in this process: the same rows, parameters and seed give the same model.
FITTED: dict[str, Reference] = {}


def frame(rows: pa.Table) -> pd.DataFrame:
    """Return the frame that the pipeline takes: the hour and the weekday where the depots are."""
    table = rows.to_pandas()
    local = table.pop("leaves").dt.tz_convert(ZONE)
    table["hour"], table["weekday"] = local.dt.hour, local.dt.day_of_week
    table["heavy"] = (table["weight"] >= 19.9).astype(float)
    return table


def pipeline(params: Mapping[str, Any], *, seed: int) -> Pipeline:
    """Return the unfitted pipeline."""
    encode = ColumnTransformer(
        [
            ("texts", OneHotEncoder(handle_unknown="ignore"), ["carrier", "depot"]),
            ("hour", OneHotEncoder(categories=[range(24)]), ["hour"]),
            ("weekday", OneHotEncoder(categories=[range(7)]), ["weekday"]),
            (
                "numbers",
                make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
                ["distance", "weight"],
            ),
            ("heavy", "passthrough", ["heavy"]),
        ],
        sparse_threshold=0,
    )
    learner = SGDClassifier(loss="log_loss", tol=None, random_state=seed, **params)
    return make_pipeline(encode, learner)


class Reference:
    """The fitted pipeline."""

    def __init__(self, fitted: Pipeline) -> None:
        self.fitted = fitted

    def predict(self, rows: pa.Table) -> Floats:
        """Return the chance that a parcel is late."""
        if not rows.num_rows:
            return np.empty((0, 1))
        table: Floats = self.fitted.predict_proba(frame(rows))[:, 1:]
        return table

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the chance for one record, by a frame of one row."""
        rows = pa.Table.from_pylist([msgspec.structs.asdict(record)], schema=ROWS)
        return tuple(self.predict(rows)[0].tolist())

    def write(self, folder: Path) -> None:
        """Write what was fitted, by scikit-learn's own names."""
        encode, learner = self.fitted
        imputer, scaler = encode.named_transformers_["numbers"]
        figures = {
            "categories_": [
                [*map(str, c)] for c in encode.named_transformers_["texts"].categories_
            ],
            "statistics_": imputer.statistics_.tolist(),
            "mean_": scaler.mean_.tolist(),
            "scale_": scaler.scale_.tolist(),
            "coef_": learner.coef_[0].tolist(),
            "intercept_": learner.intercept_.tolist(),
        }
        (folder / "pipeline.json").write_text(json.dumps(figures))

    @classmethod
    def read(cls, folder: Path) -> NoReturn:
        """Refuse: research's export is read by production alone."""
        raise StateError(f"{folder} holds a pipeline's figures, from which none is made")


class ReferenceLearner:
    """Fits the pipeline, once for the same rows, parameters and seed."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Reference:
        """Return the pipeline fitted to rows."""
        name = _digest(rows, params, seed)
        if name not in FITTED:
            fitted = pipeline(params, seed=seed)
            fitted.fit(frame(rows.drop_columns(["outcome"])), rows["outcome"].to_numpy())
            FITTED[name] = Reference(fitted)
        return FITTED[name]


def _digest(rows: pa.Table, params: Mapping[str, Any], seed: int) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest() + json.dumps([dict(params), seed])
