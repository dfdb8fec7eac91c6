"""The breaks that `benchmarks/gate.py` injects: what may go wrong with rows, or with a learner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from contracts.data.rows import microseconds
from contracts.ports import ARRIVED, OUTCOME
from production.agents.row_hash import value_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.ports import Floats, Model

    Damage = Callable[[pa.Table, "Spot"], pa.Table]

FLIPPED, KEPT = 0.3, 0.05


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a break is injected.

    Attributes:
        product: The product.
        cut: Where the holdout begins, microseconds.
        seed: Of all that is drawn.
    """

    product: Any
    cut: int
    seed: int

    @property
    def rng(self) -> np.random.Generator:
        """The same draws each time it is asked."""
        return np.random.default_rng(self.seed)


def flipped(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return rows of which three in ten have the opposite outcome."""
    return _flip(rows, spot, spot.rng.random(rows.num_rows) < FLIPPED)


def flipped_past(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return the same, but for outcomes that arrived within the holdout."""
    return _flip(rows, spot, (spot.rng.random(rows.num_rows) < FLIPPED) & _past(rows, spot))


def flipped_holdout(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return the same within the holdout alone."""
    return _flip(rows, spot, (spot.rng.random(rows.num_rows) < FLIPPED) & ~_past(rows, spot))


def inverted_holdout(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return rows whose outcomes within the holdout are all the opposite."""
    return _flip(rows, spot, ~_past(rows, spot))


def segment_flipped(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return rows of one segment, that of a row drawn, with three in ten outcomes the opposite."""
    return _flip(rows, spot, _segment(rows, spot))


def segment_flipped_past(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return the same, but for outcomes that arrived within the holdout."""
    return _flip(rows, spot, _segment(rows, spot) & _past(rows, spot))


def swapped(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return rows with the values of two columns in each other's place."""
    one, other = spot.rng.choice(spot.product.numeric, 2, replace=False).tolist()
    mixed = rows.set_column(rows.column_names.index(one), one, rows[other])
    return mixed.set_column(rows.column_names.index(other), other, rows[one])


def shifted(rows: pa.Table, spot: Spot) -> pa.Table:  # noqa: ARG001 - every damage is called alike
    """Return rows that each have the outcome of the row before that has one."""
    known = np.flatnonzero(np.asarray(rows[OUTCOME].is_valid()))
    places = np.arange(rows.num_rows)
    places[known] = np.roll(known, 1)
    moved = rows[OUTCOME].take(pa.array(places))
    return rows.set_column(rows.column_names.index(OUTCOME), OUTCOME, moved)


def frozen(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return rows of which one column has the value of its first row throughout."""
    name = str(spot.rng.choice(spot.product.numeric))
    column = pa.chunked_array([pa.repeat(rows[name][0], rows.num_rows)], rows[name].type)
    return rows.set_column(rows.column_names.index(name), name, column)


def cut(rows: pa.Table, spot: Spot) -> pa.Table:
    """Return one row in twenty."""
    return rows.filter(pa.array(spot.rng.random(rows.num_rows) < KEPT))


#: By name: what a source may hand over. Of the holdout's outcomes alone, see `HOLDOUT`.
SOURCE: dict[str, Damage] = {
    "labels flipped": flipped,
    "labels flipped, past": flipped_past,
    "segment flipped": segment_flipped,
    "segment flipped, past": segment_flipped_past,
    "columns swapped": swapped,
    "labels shifted": shifted,
    "column frozen": frozen,
    "table cut": cut,
}
HOLDOUT: dict[str, Damage] = {
    "holdout flipped": flipped_holdout,
    "holdout inverted": inverted_holdout,
}
LEARNER = ("constant", "unstable")


class Constant:
    """A model that always predicts the mean."""

    def __init__(self, prediction: Floats) -> None:
        self._prediction = prediction

    def predict(self, rows: pa.Table) -> Floats:
        """Return the same row n times, (n, k)."""
        return np.tile(self._prediction, (rows.num_rows, 1))


class Unbounded:
    """A tree grown until every leaf is pure: it changes with every row.

    Args:
        rows: What it is fitted to.
        seed: Of the columns that it looks at.
    """

    def __init__(self, rows: pa.Table, seed: int) -> None:
        outcome = np.asarray(rows[OUTCOME])
        self._names = [name for name in rows.column_names if name != OUTCOME]
        kind = DecisionTreeClassifier if outcome.dtype == bool else DecisionTreeRegressor
        self._tree = kind(max_features=2, random_state=seed).fit(self._matrix(rows), outcome)

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, 1)."""
        matrix = self._matrix(rows)
        if isinstance(self._tree, DecisionTreeClassifier):
            chances: Floats = self._tree.predict_proba(matrix)[:, -1:]
            return chances
        values: Floats = self._tree.predict(matrix)[:, None]
        return values

    def _matrix(self, rows: pa.Table) -> Floats:
        """Return numbers as they are, and a number for each text."""
        return np.column_stack(
            [
                (value_hashes(rows[name]) % np.uint64(2**20)).astype(np.float64)
                if pa.types.is_string(rows[name].type)
                else np.asarray(rows[name].cast(pa.float64()))
                for name in self._names
            ]
        )


class BrokenLearner:
    """A learner that is broken by itself, or sees rows that were damaged on the way to it.

    Args:
        learner: The sound one.
        spot: Where it breaks.
        kind: One of `LEARNER`, or of `SOURCE`: rows are damaged after they were checked.
    """

    def __init__(self, learner: Any, spot: Spot, kind: str) -> None:
        self._learner, self._spot, self._kind = learner, spot, kind

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Model:
        """Return a constant, a tree without bounds, or the model of damaged rows."""
        if self._kind in LEARNER:
            return self._broken(rows)
        return self._learner.fit(SOURCE[self._kind](rows, self._spot), params=params, seed=seed)

    def resume(self, model: Any, rows: pa.Table) -> Model:
        """Return what `fit` would, or the model that has learned damaged rows besides."""
        if self._kind in LEARNER:
            return self._broken(rows)
        return self._learner.resume(model, SOURCE[self._kind](rows, self._spot))

    def _broken(self, rows: pa.Table) -> Any:
        if self._kind == "unstable":
            return Unbounded(rows, self._spot.seed)
        return Constant(np.array([float(np.mean(np.asarray(rows[OUTCOME].cast(pa.float64()))))]))


def _flip(rows: pa.Table, spot: Spot, where: np.ndarray) -> pa.Table:
    outcome = rows[OUTCOME]
    opposite = spot.product.opposite(outcome)
    mixed = pc.if_else(pa.array(where), opposite, outcome)
    return rows.set_column(rows.column_names.index(OUTCOME), OUTCOME, mixed)


def _past(rows: pa.Table, spot: Spot) -> np.ndarray:
    """Return which rows' outcomes arrived before the holdout; all, where nobody can tell."""
    if ARRIVED not in rows.column_names:
        return np.ones(rows.num_rows, bool)
    return np.asarray(pc.fill_null(pc.less(microseconds(rows[ARRIVED]), spot.cut), True), bool)


def _segment(rows: pa.Table, spot: Spot) -> np.ndarray:
    """Return which rows are flipped of one segment: that of a row drawn, so mostly a large one."""
    column, rng = rows[spot.product.segment], spot.rng
    drawn = column[int(rng.integers(rows.num_rows))]
    inside = np.asarray(pc.fill_null(pc.equal(column, drawn), False), bool)
    return inside & (rng.random(rows.num_rows) < FLIPPED)
