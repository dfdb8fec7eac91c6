"""Fits research's solution: the reference that a contract is written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from contracts.ports import OUTCOME
from research.export.fitted import Fitted
from research.export.values import texts, values
from research.solutions.flights.pipeline import pipeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


class FlightsLearner:
    """Makes fitted pipelines.

    Args:
        threads: OpenMP threads a fit takes. The model is the same, bit by bit, for any number; more
            threads than free cores make a fit ten times slower, as they wait for each other
            spinning. None leaves it to ``OMP_NUM_THREADS``.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the pipeline fitted to rows: the contract's input columns and ``outcome``."""
        inputs = rows.drop_columns([OUTCOME])
        outcome = rows[OUTCOME].to_numpy().astype(np.int8)
        fitted = pipeline(texts(inputs), params, seed=seed)
        with threadpool_limits(self._threads, user_api="openmp"):
            fitted.fit(pd.DataFrame(values(inputs)), outcome)
        return Fitted(fitted, inputs)
