"""LitServe: a worker of its own predicts, one request at a time."""

import os
import sys
from typing import Any

import joblib
import litserve as ls
import pandas as pd
import sklearn
from flights_record import Record


class Flights(ls.LitAPI):
    """The model behind LitServe's four steps."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - as it is called
        """Load the model in the worker."""
        sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
        self.model = joblib.load(os.environ["MODEL"])

    def decode_request(self, request: Record) -> pd.DataFrame:
        """Return a record as a frame of one row."""
        return pd.DataFrame([request.model_dump()])

    def predict(self, frame: pd.DataFrame) -> float:
        """Return the probability."""
        return float(self.model.predict_proba(frame)[0, 1])

    def encode_response(self, late: float) -> dict[str, Any]:
        """Return the response's JSON value."""
        return {"late": late}


if __name__ == "__main__":
    server = ls.LitServer(Flights(), accelerator="cpu", workers_per_device=1, fast_queue=True)
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        num_api_servers=1,
        generate_client_file=False,
        log_level="error",
    )
