"""Faults of training: of the features' statistics, the rows, the seed, the passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from deliveries.candidate import Candidate, CandidateLearner, State

if TYPE_CHECKING:
    from collections.abc import Mapping


class SampleScaler(CandidateLearner):
    """Spread is divided by n - 1, where research divides by n."""

    def way_in(self, rows: pa.Table) -> State:
        """Widen the scale by the root of n / (n - 1)."""
        state, n = super().way_in(rows), rows.num_rows
        scale = [each * (n / (n - 1)) ** 0.5 for each in state.scale]
        return msgspec.structs.replace(state, scale=scale)


class RowsDropped(CandidateLearner):
    """Rows without a weight are left out of training."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:
        """Fit the rows that have everything."""
        return super().fit(rows.filter(pc.is_valid(rows["weight"])), params=params, seed=seed)


class WindowOffByOne(CandidateLearner):
    """Training stops a day before its window does."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:
        """Fit all days but the last."""
        days = pc.floor_temporal(rows["leaves"], unit="day")
        return super().fit(rows.filter(pc.less(days, pc.max(days))), params=params, seed=seed)


class OwnSeed(CandidateLearner):
    """The fit draws by a seed of its own, whatever seed is given."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:  # noqa: ARG002
        """Fit with seed 0."""
        return super().fit(rows, params=params, seed=0)


class HalfFitted(CandidateLearner):
    """Training stops after the first pass over the rows."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:
        """Fit one pass."""
        return super().fit(rows, params={**params, "max_iter": 1}, seed=seed)


class OutcomesCached(CandidateLearner):
    """A second training takes the outcomes that the first one cached."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:
        """Fit the rows with outcomes of others."""
        if not hasattr(self, "cached"):
            self.cached = rows["outcome"]
        cached = self.cached.slice(0, rows.num_rows)
        rows = rows.drop_columns(["outcome"]).append_column("outcome", cached)
        return super().fit(rows, params=params, seed=seed)
