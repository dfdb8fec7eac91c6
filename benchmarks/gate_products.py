"""The products of `benchmarks/gate.py`: flights, one without drift, and an unstable learner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

from contracts.config import compose, instantiate, settings
from contracts.contract import Contract
from contracts.contract.golden import Golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.baseline import YesterdaysRate
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR
from contracts.ports import OUTCOME
from contracts.publication.draft import write_draft
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from contracts.score.bootstrap import Interval
from contracts.score.metric.registry import metric
from production.backtest.history import read_history
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contracts.ports import Floats

INPUTS = ("x0", "x1", "x2", "x3", "segment")
FINITE = Check(name="finite")
#: Days of history before the first training, days in all, and events a day.
BEFORE, DAYS, EACH = 56, 56 + 44 * 7, 600


class GatedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate judges.

    Attributes:
        contract: Its contract.
        events: All its events.
        learner: What fits.
        baseline: The naive baseline.
        start: The first training, microseconds.
        until: The end of operation.
        numeric: Inputs that may stand in each other's place.
        segment: The input by which rows fall into segments.
    """

    contract: Contract
    events: pa.Table
    learner: Any
    baseline: Any
    start: int
    until: int
    numeric: tuple[str, ...]
    segment: str

    def opposite(self, outcome: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the opposite of each outcome: the other label, or as far on the other side."""
        if pa.types.is_boolean(outcome.type):
            return pc.invert(outcome)
        return pc.subtract(2 * pc.mean(outcome).as_py(), outcome)


def flights(words: list[str], name: str = "flights") -> GatedProduct:
    """Return the flights, with production's own learner, or the one that goes on learning."""
    config = settings(compose("production", [f"product={name}", *words]), Production)
    history, side = read_history(config), config.served_side
    return GatedProduct(
        contract=history.product.contract,
        events=history.events,
        learner=instantiate(side.learner, config.product.key_of(side, "learner")),
        baseline=history.product.baseline,
        start=history.product.start,
        until=history.until,
        numeric=("minute", "distance", "elapsed", "seats", "temp", "humid", "pressure"),
        segment="carrier",
    )


def steady(folder: Path) -> GatedProduct:
    """Return a regression without drift, fitted by least squares: hardly anything ever moves."""
    rng, inputs = np.random.default_rng(5), _inputs(5)
    outcome = inputs @ np.array([3.0, -2.0, 1.0, 0.5, 0.4]) + rng.normal(0, 1.5, len(inputs))
    return _product("steady", "regression", "mae", inputs, outcome, Lines(), folder)


def jumpy(folder: Path) -> GatedProduct:
    """Return a product that drifts, with a deep tree: every refresh moves every prediction."""
    rng, inputs = np.random.default_rng(6), _inputs(6)
    turn = 2 * np.pi * np.arange(len(inputs)) / (EACH * 2_500)
    score = inputs[:, 0] * np.cos(turn) + inputs[:, 1] * np.sin(turn) + 0.3 * (inputs[:, 4] - 3.5)
    late = rng.random(len(inputs)) < 1 / (1 + np.exp(-4 * score))
    return _product("jumpy", "binary", "brier", inputs, late, DeepTree(), folder)


class Fitted:
    """A model around an estimator of scikit-learn."""

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, 1)."""
        matrix = _matrix(rows)
        if hasattr(self._estimator, "predict_proba"):
            chances: Floats = self._estimator.predict_proba(matrix)[:, -1:]
            return chances
        values: Floats = self._estimator.predict(matrix)[:, None]
        return values


class Lines:
    """Least squares."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:  # noqa: ARG002
        """Return the model fitted to rows."""
        return Fitted(LinearRegression().fit(_matrix(rows), np.asarray(rows[OUTCOME])))


class DeepTree:
    """A deep tree, another one for every change of its rows."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:  # noqa: ARG002
        """Return the model fitted to rows."""
        tree = DecisionTreeClassifier(min_samples_leaf=10, max_features=2, random_state=seed)
        return Fitted(tree.fit(_matrix(rows), np.asarray(rows[OUTCOME])))


def _matrix(rows: pa.Table) -> Floats:
    return np.column_stack([np.asarray(rows[name]) for name in INPUTS])


def _inputs(seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    n = DAYS * EACH
    return np.column_stack([rng.normal(size=(n, 4)), rng.integers(0, 8, n).astype(float)])


def _product(  # noqa: PLR0917 - the few things in which the two differ
    name: str, kind: Any, score: str, inputs: Floats, outcome: Any, learner: Any, folder: Path
) -> GatedProduct:
    rng, n = np.random.default_rng(7), len(inputs)
    times = np.arange(n) * (DAY // EACH)
    table = {
        "id": [f"{at:06d}" for at in range(n)],
        "key": [f"k{at % 97}" for at in range(n)],
        "time": pa.array(times, INSTANT),
        "outcome": pa.array(outcome),
        "arrived": pa.array(times + rng.integers(1, 30, n) * HOUR, INSTANT),
        "known": pa.array(times, INSTANT),
    }
    events = pa.table(table | dict(zip(INPUTS, inputs.T, strict=True)))
    return GatedProduct(
        contract=_contract(name, kind, score, events, folder),
        events=events,
        learner=learner,
        baseline=YesterdaysRate(kind=kind),
        start=BEFORE * DAY,
        until=DAYS * DAY,
        numeric=INPUTS[:4],
        segment="segment",
    )


def _contract(name: str, kind: Any, score: str, events: pa.Table, folder: Path) -> Contract:
    golden = events.slice(0, 30).select([*INPUTS])
    nothing = Interval(value=0.5, low=0.5, high=0.5)
    term = MetricTerm(
        name=score,
        direction=metric(score).direction,
        threshold=0.5,
        skill=-0.1,
        observed=nothing,
    )
    terms = Specification(
        product=name,
        version="1.0.0",
        kind=kind,
        labels=("no", "yes") if kind == "binary" else (),
        metrics=(term,),
        clauses=(ClauseTerm(name="schema", pair="recorded"),),
        input_columns=Columns(
            [Column(name=each, kind="float", checks=(FINITE,)) for each in INPUTS]
        ),
        output_columns=Columns([Column(name="value", kind="float", checks=(FINITE,))]),
        learning=Learning(
            params={},
            seed=3,
            start=0,
            end=8 * DAY,
            known_by=8 * DAY,
            test_start=8 * DAY,
            test_end=12 * DAY,
        ),
    )
    return write_draft(
        folder / name / "1.0.0",
        terms,
        recorded=Golden(rows=golden, expected=np.full((30, 1), 0.5)),
        origin=Provenance(
            commit="a", data="b", libraries={}, seed=3, created="1970-01-09T00:00:00Z"
        ),
        header="",
    )
