"""FastAPI and scikit-learn, tuned: no thread for a request, no access log, uvloop and httptools."""

from __future__ import annotations

import os

import joblib
import pandas as pd
import sklearn
from fastapi import FastAPI
from flights_record import Record

sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
app = FastAPI(openapi_url=None)
model = joblib.load(os.environ["MODEL"])


@app.post("/predict")
async def predict(record: Record) -> dict[str, float]:
    """Answer with the probability of one record."""
    frame = pd.DataFrame([record.model_dump()])
    return {"late": float(model.predict_proba(frame)[0, 1])}
