"""The contract of the parcels: every clause but latency, as nothing is timed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.rows import with_outcome
from contracts.moment import DAY, END_OF_TIME
from contracts.ports import OUTCOME
from contracts.publication.draft import write_draft
from contracts.schema.columns import Column, Columns
from contracts.score.bootstrap import Interval
from deliveries.reference import ReferenceLearner
from deliveries.world import COLUMNS, DAYS, START, Parcels
from tests.suites.check import finite, ge, le

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract

PREDICTED = Columns([Column(name="late", kind="float", checks=(finite(), ge(0), le(1)))])
CUT = START + (DAYS - 30) * DAY
CLAUSES = (
    ClauseTerm(name="schema", pair="recorded"),
    ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": 1e-6}),
    ClauseTerm(name="acceptance", pair="same_data"),
    ClauseTerm(name="invariance", pair="recorded", tolerance={"absolute": 1e-9}),
    ClauseTerm(name="pointwise", pair="same_state", tolerance={"absolute": 1e-9}),
    ClauseTerm(name="generated", pair="same_state", tolerance={"absolute": 1e-9, "examples": 150}),
    ClauseTerm(
        name="decision", pair="same_data", tolerance={"thresholds": [0.3, 0.5], "band": 1e-6}
    ),
    ClauseTerm(
        name="ranking", pair="same_data", tolerance={"spearman": 0.999, "top": 0.1, "overlap": 0.98}
    ),
    ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0.004}),
    ClauseTerm(
        name="subgroup",
        pair="same_data",
        tolerance={
            "segments": ["carrier", "depot"],
            "margin": {"log_loss": 0.01, "roc_auc": 0.02},
            "least": 50,
        },
    ),
    ClauseTerm(
        name="fit",
        pair="same_data",
        tolerance={
            "margin": {"log_loss": 0.006, "roc_auc": 0.01},
            "horizon": "10d",
            "window": "40d",
        },
    ),
    ClauseTerm(name="noise_floor", pair="same_data", tolerance={"seeds": 5, "times": 1.5}),
)


def draft(folder: Path, *, seed: int = 3) -> Contract:
    """Write the draft of the parcels' contract, learned and recorded with a seed.

    The golden rows are the same for every seed; what is recorded for them is not.
    """
    learning = Learning(
        params={"alpha": 0.003, "max_iter": 8, "average": 10_000},
        seed=seed,
        start=START,
        end=CUT,
        known_by=CUT,
        test_start=CUT,
        test_end=START + DAYS * DAY,
    )
    specification = Specification(
        product="deliveries",
        version="1.0.0",
        kind="binary",
        labels=("in time", "late"),
        metrics=(_metric("log_loss", "lower", 0.65), _metric("roc_auc", "higher", 0.65)),
        clauses=CLAUSES,
        learning=learning,
        input_columns=COLUMNS,
        output_columns=PREDICTED,
    )
    return write_draft(
        folder,
        specification,
        recorded=_recorded(learning),
        origin=Provenance(
            commit="", data="", libraries={}, seed=seed, created="2024-05-14T00:00:00Z"
        ),
    )


def _metric(name: str, direction: str, threshold: float) -> MetricTerm:
    observed = Interval(value=threshold, low=threshold, high=threshold)
    return MetricTerm(
        name=name, direction=direction, threshold=threshold, skill=0.0, observed=observed
    )


def _recorded(learning: Learning) -> golden.Golden:
    """Return rows of the test window with what research predicts for them."""
    names = [column.name for column in COLUMNS]
    train, test = (
        with_outcome(Parcels().window(start, end, known_by=known)).select([*names, OUTCOME])
        for start, end, known in (
            (learning.start, learning.end, learning.known_by),
            (learning.test_start, learning.test_end, END_OF_TIME),
        )
    )
    model = ReferenceLearner().fit(train, params=learning.params, seed=learning.seed)
    picked = golden.pick(test, COLUMNS, seed=3, n=200)
    return golden.Golden(rows=picked, expected=model.predict(picked))
