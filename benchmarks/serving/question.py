"""The record that every server is asked about, in the forms that they take."""

from __future__ import annotations

from typing import Any

import msgspec

from benchmarks.serving.contender import Question

RECORD: dict[str, Any] = {
    "carrier": "US",
    "origin": "EWR",
    "dest": "CLT",
    "minute": 300,
    "weekday": 4,
    "distance": 529.0,
    "elapsed": 108.0,
    "seats": 379.0,
    "built": 2009.0,
    "engines": 2.0,
    "temp": 35.06,
    "humid": 81.65,
    "wind_dir": 220.0,
    "wind_speed": 8.05,
    "precip": 0.0,
    "pressure": 1016.0,
    "visib": 7.0,
}
#: What the bare server answers: as long as an answer of ours.
CONSTANT = (
    b'{"id":"000001-000000000001","prediction":{"late":0.16520345211029053},'
    b'"labels":["late"],"release":"1.0.0","generation":1,"manifest":1}'
)
DATATYPES = {str: "BYTES", int: "INT64", float: "FP64"}

OURS = Question(
    path="/predict",
    body=msgspec.json.encode({"record": RECORD}),
    read=lambda answer: answer["prediction"]["late"],
)
#: The record itself, which FastAPI and LitServe take as the body.
PLAIN = msgspec.json.encode(RECORD)
TENSORS = msgspec.json.encode(
    {
        "parameters": {"content_type": "pd"},
        "inputs": [
            {
                "name": name,
                "shape": [1],
                "datatype": DATATYPES[type(value)],
                "data": [value],
                **({"parameters": {"content_type": "str"}} if isinstance(value, str) else {}),
            }
            for name, value in RECORD.items()
        ],
        "outputs": [{"name": "predict_proba"}],
    }
)
FRAME = msgspec.json.encode({"dataframe_records": [RECORD]})
