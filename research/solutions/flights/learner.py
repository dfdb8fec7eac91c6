"""Fits research's solution: the reference that a contract is written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from contracts.ports import OUTCOME
from research.solutions.flights.model import FlightsModel
from research.solutions.flights.pipeline import pipeline
from research.solutions.flights.values import texts, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

SAMPLE = 2_000


class FlightsLearner:
    """Makes fitted pipelines.

    Args:
        threads: OpenMP threads a fit takes. The model is the same, bit by bit, for any number; more
            threads than free cores make a fit ten times slower, as they wait for each other
            spinning. None leaves it to ``OMP_NUM_THREADS``.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> FlightsModel:
        """Return the pipeline fitted to rows: the contract's input columns and ``outcome``."""
        inputs = rows.drop_columns([OUTCOME])
        outcome = rows[OUTCOME].to_numpy().astype(np.int8)
        fitted = pipeline(texts(inputs), params, seed=seed)
        with threadpool_limits(self._threads, user_api="openmp"):
            fitted.fit(pd.DataFrame(values(inputs)), outcome)
        return FlightsModel(fitted, _spread(inputs))


def _spread(rows: pa.Table) -> pa.Table:
    """Return rows spread evenly over the table."""
    every = np.linspace(0, rows.num_rows - 1, min(SAMPLE, rows.num_rows)).astype(np.int64)
    return rows.take(every)
