"""Production's side, written independently: numpy for the features, JSON for the state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
import pyarrow as pa
from sklearn.linear_model import SGDClassifier

from contracts.moment import DAY, HOUR, instant
from deliveries.world import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contracts.ports import Floats, Instants

#: Central Europe's summer time in the one year that the contract takes.
SUMMER = instant("2024-03-31T01:00:00Z"), instant("2024-10-27T01:00:00Z")
THURSDAY = 3  # 1970-01-01
HEAVY = 19.9


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The learned state.

    Attributes:
        categories: The texts of carrier and depot, in the order of their columns.
        fill: What stands for a weight that is missing.
        mean: Of distance and weight.
        scale: Their standard deviations.
        weights: Of the matrix's columns.
        intercept: Of the score.
    """

    categories: dict[str, list[str]]
    fill: float
    mean: list[float]
    scale: list[float]
    weights: list[float] = []
    intercept: float = 0.0


class Candidate:
    """The honest implementation: each fault replaces one of its methods."""

    def __init__(self, state: State) -> None:
        self.state = state

    def predict(self, rows: pa.Table) -> Floats:
        """Return the chance that a parcel is late."""
        return self.chance(self.score(self.matrix(rows)))[:, None]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the chance for one record."""
        rows = pa.Table.from_pylist([msgspec.structs.asdict(record)], schema=ROWS)
        return tuple(self.predict(rows)[0].tolist())

    def write(self, folder: Path) -> None:
        """Write the state."""
        (folder / "state.json").write_bytes(msgspec.json.encode(self.state))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the state."""
        return cls(msgspec.json.decode((folder / "state.json").read_bytes(), type=State))

    @classmethod
    def adopt(cls, folder: Path) -> Self:
        """Read the state that research exported."""
        figures = json.loads((folder / "pipeline.json").read_text())
        state = State(
            categories=dict(zip(("carrier", "depot"), figures["categories_"], strict=True)),
            fill=figures["statistics_"][1],
            mean=figures["mean_"],
            scale=figures["scale_"],
            weights=figures["coef_"],
            intercept=figures["intercept_"][0],
        )
        return cls(state)

    def matrix(self, rows: pa.Table) -> Floats:
        """Return the features, (n, 42)."""
        hour, weekday = self.clock(rows["leaves"].cast(pa.int64()).to_numpy())
        heavy = np.nan_to_num(self.weight(rows)) >= HEAVY
        texts = [self.texts(rows, name) for name in self.state.categories]
        return np.hstack(
            [
                *texts,
                self.places(hour, 24),
                self.places(weekday, 7),
                self.scaled(self.numbers(rows)),
                heavy[:, None].astype(float),
            ]
        )

    def texts(self, rows: pa.Table, name: str) -> Floats:
        """Return a text column as places; -1 for a value that was never seen."""
        known = {text: place for place, text in enumerate(self.state.categories[name])}
        codes = [known.get(text, -1) for text in rows[name].to_pylist()]
        return self.places(np.array(codes, np.int64), len(known))

    def places(self, codes: Instants, n: int) -> Floats:
        """Return codes as rows with a one at their place; -1 has no place."""
        places = np.zeros((len(codes), n + 1))
        places[np.arange(len(codes)), codes] = 1.0
        return places[:, :n]

    def clock(self, leaves: Instants) -> tuple[Instants, Instants]:
        """Return the local hour and the local weekday, Monday first."""
        summer = (leaves >= SUMMER[0]) & (leaves < SUMMER[1])
        local = leaves + HOUR * (1 + summer)
        return local // HOUR % 24, (local // DAY + THURSDAY) % 7

    def weight(self, rows: pa.Table) -> Floats:
        """Return the weight in kilograms, NaN where it is missing."""
        return np.asarray(rows["weight"].fill_null(np.nan).to_numpy(), np.float64)

    def distance(self, rows: pa.Table) -> Floats:
        """Return the distance in kilometres."""
        return np.asarray(rows["distance"].to_numpy(), np.float64)

    def numbers(self, rows: pa.Table) -> Floats:
        """Return distance and weight, (n, 2), nothing missing."""
        weight = self.weight(rows)
        filled = np.where(np.isnan(weight), self.state.fill, weight)
        return np.column_stack([self.distance(rows), filled])

    def scaled(self, numbers: Floats) -> Floats:
        """Return numbers as the training rows were scaled."""
        return (numbers - self.state.mean) / self.state.scale

    def score(self, matrix: Floats) -> Floats:
        """Return the log odds, (n,)."""
        # One row and many are summed in the same order, which a product of matrices does not keep.
        terms = matrix * self.state.weights
        total: Floats = terms.sum(axis=1) + self.state.intercept
        return total

    def chance(self, score: Floats) -> Floats:
        """Return the chance of being late, (n,)."""
        return 1 / (1 + np.exp(-score))


class CandidateLearner:
    """Fits the implementation on its own matrix.

    Args:
        model: The class of what is fitted.
    """

    def __init__(self, model: type[Candidate] = Candidate) -> None:
        self.model = model

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:
        """Return the model fitted to rows."""
        state = self.way_in(rows)
        learner = SGDClassifier(loss="log_loss", tol=None, random_state=seed, **params)
        learner.fit(self.model(state).matrix(rows), rows["outcome"].to_numpy())
        weights, intercept = learner.coef_[0].tolist(), float(learner.intercept_[0])
        return self.model(msgspec.structs.replace(state, weights=weights, intercept=intercept))

    def way_in(self, rows: pa.Table) -> State:
        """Return what the features learn from rows: fill value, mean and scale."""
        state = State(
            categories={name: sorted({*rows[name].to_pylist()}) for name in ("carrier", "depot")},
            fill=float(np.nanmedian(rows["weight"].fill_null(np.nan).to_numpy())),
            mean=[],
            scale=[],
        )
        numbers = self.model(state).numbers(rows)
        return msgspec.structs.replace(
            state, mean=numbers.mean(axis=0).tolist(), scale=numbers.std(axis=0).tolist()
        )
