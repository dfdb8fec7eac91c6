"""What a verdict on refreshing is decided by, and the margin it is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from msgspec.structs import asdict

from contracts.data.calendar import days
from contracts.equivalence.clauses.metric import MetricClause
from contracts.moment import DAY
from contracts.score.bootstrap import Interval, gain
from contracts.score.metric.registry import metric as find_metric
from production.backtest.decay import decay_start
from production.backtest.gate_worth import GateWorth, gate_worth
from production.backtest.score import NAIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.contract import Contract
    from contracts.ports import Floats
    from production.backtest.history import History
    from production.backtest.lifecycle_run import LifecycleRun
    from production.backtest.score import Scoring

#: In the order of the decision.
VerdictCode = Literal[
    "worse_than_naive",
    "static_decays_from",
    "refresh",
    "refresh_not_worth_it",
    "cannot_tell",
]
#: The margin, as a share of what the static generation scored, where nothing else says one.
SHARE = 0.01


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """The largest difference without meaning.

    Attributes:
        value: In the metric's unit.
        source: Where it comes from, in words.
    """

    value: float
    source: str


class RefreshCost(msgspec.Struct, frozen=True, kw_only=True):
    """What refreshing took, the first training apart.

    Attributes:
        trainings: How many trainings, refused and failed ones included.
        promoted: How many of them came to serve.
        seconds: How long all of them took, or would have without the fits of other runs.
        staleness_days: How old the newest training data of what served was, on average.
        gate: What the gate cost and saved; none without one.
    """

    trainings: int
    promoted: int
    seconds: float
    staleness_days: float
    gate: GateWorth | None = None


class RefreshEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict is decided by; gains are positive where what was served is better.

    Attributes:
        lifecycle: What refreshed, by its name.
        metric: The contract's main metric.
        served: Its value of what was served.
        static: Of the first generation, held still.
        naive: Of the naive baseline.
        gain: Of refreshing over the static generation, paired by day.
        skill: Of what was served over the naive baseline, paired by day.
        static_skill: Of the static generation over the naive baseline, paired by day.
        days: How many days have an outcome.
        decays_from: From when on the static generation falls behind, microseconds.
        margin: The largest difference without meaning.
        cost: What refreshing took.
        timed: Whether the events have times of their own: without, nothing can be refreshed.
        unlisted: The share of outcomes whose label the contract does not list.
        lacking: These labels, the most frequent first.
    """

    lifecycle: str
    metric: str
    served: float
    static: float
    naive: float
    gain: Interval
    skill: Interval
    static_skill: Interval
    days: int
    decays_from: int | None
    margin: Margin
    cost: RefreshCost
    timed: bool = True
    unlisted: float = 0.0
    lacking: tuple[str, ...] = ()

    @property
    def static_below_naive(self) -> bool:
        """Whether the static generation is surely worse than the naive baseline."""
        return self.static_skill.high < 0

    @property
    def none_beats_naive(self) -> bool:
        """Whether, with the static generation below the baseline, nothing is shown to beat it."""
        return self.static_below_naive and not self.skill.low > 0


def refresh_evidence(
    run: LifecycleRun,
    scores: Mapping[str, Interval],
    *,
    history: History,
    scoring: Scoring,
) -> RefreshEvidence:
    """Return what the verdict on a run is decided by.

    Args:
        run: The run.
        scores: The main metric of what was served, of the static generation and of the baseline.
        history: What it was a run of.
        scoring: How intervals are drawn, and the margin if the configuration says one.
    """
    contract, offset = history.product.contract, history.offset
    predictions, main = run.predictions, find_metric(contract.metrics[0].name)
    blocks, draw = days(predictions.times, offset=offset), asdict(scoring.bootstrap)

    def better(side: Floats, other: Floats) -> Interval:
        return gain(main, predictions.truth, side, other, blocks, **draw)

    limit = margin_of(contract, scores["still"].value, own=scoring.margin)
    return RefreshEvidence(
        lifecycle=run.name,
        metric=main.name,
        served=scores["served"].value,
        static=scores["still"].value,
        naive=scores[NAIVE].value,
        gain=better(predictions.served, predictions.still),
        skill=better(predictions.served, predictions.naive),
        static_skill=better(predictions.still, predictions.naive),
        days=len(np.unique(blocks)),
        decays_from=decay_start(
            predictions, main, margin=limit.value, offset=offset, resampling=scoring.bootstrap
        ),
        margin=limit,
        cost=RefreshCost(
            trainings=len(run.trainings) - 1,
            promoted=sum(each.verdict == "promoted" for each in run.trainings[1:]),
            seconds=sum(training.seconds for training in run.trainings[1:]),
            staleness_days=run.staleness / DAY,
            gate=gate_worth(run, main),
        ),
        timed=history.timed,
        unlisted=predictions.unlisted / max(len(predictions.truth), 1),
        lacking=history.unlisted if predictions.unlisted else (),
    )


def margin_of(contract: Contract, static: float, *, own: float | None) -> Margin:
    """Return the largest difference in a contract's main metric that has no meaning.

    Args:
        contract: Its clause `metric` has a margin, where it has that clause.
        static: What the first generation scored, held still.
        own: What the configuration says instead.
    """
    if own is not None:
        return Margin(value=own, source="task.options.margin")
    name = contract.metrics[0].name
    for clause in contract.clauses:
        margin = clause.tolerance.get("margin") if clause.name == MetricClause.name else None
        value = margin.get(name) if isinstance(margin, dict) else margin
        if value is not None:
            return Margin(value=value, source="the contract's margin")
    return Margin(value=SHARE * abs(static), source=f"{SHARE:.0%} of its score")
