"""BentoML: one worker, its model loaded in it."""

from __future__ import annotations

import os

import bentoml
import joblib
import pandas as pd
import sklearn
from flights_record import Record


@bentoml.service(workers=1, threads=1, traffic={"timeout": 30}, metrics={"enabled": False})
class Flights:
    """The model as a service."""

    def __init__(self) -> None:
        sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
        self.model = joblib.load(os.environ["MODEL"])

    @bentoml.api(route="/predict")
    def predict(self, record: Record) -> dict[str, float]:
        """Answer with the probability of one record."""
        frame = pd.DataFrame([record.model_dump()])
        return {"late": float(self.model.predict_proba(frame)[0, 1])}
