"""What the draft promises: thresholds from what was scored, tolerances from what seeds change."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from contracts.report.table import significant
from contracts.score.bootstrap import Interval
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.kind import Kind
    from research.learn.evaluation import Score
    from research.learn.experiment import Experiment
    from research.learn.result import LearningResult

METRICS: dict[Kind, tuple[str, ...]] = {
    "binary": ("log_loss", "roc_auc", "brier"),
    "multiclass": ("log_loss", "accuracy", "brier"),
    "regression": ("rmse", "mae"),
}
#: Where labels appear later: those that got no probability would be nearly all of a log_loss.
OPEN = ("brier", "accuracy")
#: Fits under other seeds, as many as the clause `noise_floor` makes: the differences between their
#: scores have no meaning.
SEEDS = 6
#: In how many days a test has to lie for the clause that compares metrics by day.
DAYS = 3
#: How many of those differences a margin is, and what it is at least, as a share of the score.
NOISES, LEAST = 1.5, 0.001
#: How many half-widths of its interval a score may be worse, and a gain in a holdout: five times
#: its standard error, so that chance holds back none of some hundred challengers.
WORSE, LESS = 2.0, 2.5


class DraftPromise(msgspec.Struct, frozen=True, kw_only=True):
    """Metrics and clauses, as a product's configuration states them.

    Attributes:
        metrics: The metrics.
        clauses: The clauses.
        judges: How many outcomes a gate judges by; 0 where nothing was measured.
        gain: What the solution gained over the naive baseline in the first metric, on the test.
    """

    metrics: tuple[dict[str, Any], ...]
    clauses: tuple[dict[str, Any], ...]
    judges: int = 0
    gain: Interval | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What of it is doubtful, a sentence each."""
        weak = [term for term in self.metrics if term.get("skill", 0.0) < 0]
        if len(weak) < len(self.metrics):
            return ()
        worse = " and ".join(f"{-term['skill']:g} {term['name']}" for term in weak)
        gain, name = self.gain, weak[0]["name"]
        if gain is not None and gain.low <= 0:
            chance = "no more than chance gives" if gain.high > 0 else "and is worse than it"
            value, low, high = (significant(each, 3) for each in (gain.value, gain.low, gain.high))
            little = (
                f"on the test the solution gained {value} {name} over the naive baseline "
                f"[{low}, {high}], {chance}: give better inputs, or more rows, or other "
                "`learning.params`"
            )
            return (little,)
        return (
            (
                f"the gate judges a challenger by about {self.judges:,} outcomes, which tell its "
                f"gain so roughly that one may pass that is worse than the naive baseline by "
                f"{worse}. A broken model loses more, and is refused; for a stricter gate raise "
                "`refresh`, `holdout` and then `skill` in the product's file"
            ),
        )


def unmeasured(metrics: Iterable[str]) -> DraftPromise:
    """Return what can be promised of metrics before anything is learned: nothing."""
    never = {"lower": 1e300, "higher": -1e300}
    return DraftPromise(
        metrics=tuple(
            {"name": name, "direction": metric(name).direction, "threshold": threshold}
            for name in metrics
            for threshold in (never[metric(name).direction],)
        ),
        clauses=(),
    )


def noises(experiment: Experiment, learned: LearningResult) -> dict[str, float]:
    """Return the largest difference that seeds make to each score on the test window."""
    train, test = experiment.train, experiment.test
    scores: dict[str, list[float]] = {name: [] for name in learned.scores}
    for seed in range(learned.plan.seed, learned.plan.seed + SEEDS):
        seeded = replace(experiment, plan=replace(experiment.plan, seed=seed))
        y, p = seeded.predict(train, test, learned.params)
        for name, values in scores.items():
            values.append(metric(name).value(y, p))
    return {name: max(values) - min(values) for name, values in scores.items()}


def measured(
    learned: LearningResult,
    noise: Mapping[str, float],
    *,
    scale: float,
    judges: int,
    days: int,
) -> DraftPromise:
    """Return what can be promised of what was learned.

    Args:
        learned: What was scored.
        noise: What seeds change of each score.
        scale: The unit of a difference that matters: 1 for a probability, the standard deviation
            of outcomes for a number.
        judges: How many outcomes a gate's holdout has.
        days: How many days the test lies in: of few, no clause can tell how much days vary.
    """
    unit = _digits(scale * 1e-5)
    absolute, margins = {"absolute": unit}, _margins(learned, noise)
    enough = days >= DAYS
    holdout = learned.tested / max(judges, 1)
    return DraftPromise(
        judges=judges,
        gain=next(iter(learned.scores.values())).gain,
        metrics=tuple(_term(name, score, holdout) for name, score in learned.scores.items()),
        clauses=(
            {"name": "schema", "pair": "recorded", "tolerance": {}},
            {"name": "acceptance", "pair": "same_data", "tolerance": {}},
            {"name": "golden", "pair": "recorded", "tolerance": {"absolute": unit * 10}},
            {"name": "invariance", "pair": "recorded", "tolerance": {"absolute": unit}},
            {"name": "pointwise", "pair": "same_state", "tolerance": absolute},
            {"name": "generated", "pair": "same_state", "tolerance": absolute},
            *([{"name": "metric", "pair": "same_data", "tolerance": {"margin": margins}}] * enough),
            {
                "name": "noise_floor",
                "pair": "same_data",
                # Where no seed changes the reference, what `pointwise` allows is allowed here too.
                "tolerance": {"times": 1.25, "absolute": unit},
            },
            {"name": "latency", "pair": "same_data", "tolerance": {}},
        ),
    )


def _term(name: str, score: Score, holdout: float) -> dict[str, Any]:
    solution, gain = score.solution, score.gain
    better = metric(name).direction
    worse = 1 if better == "lower" else -1
    room = max(solution.high - solution.low, abs(solution.value) * LEAST) / 2 * WORSE
    # A holdout is smaller than the test window, so its figures vary more.
    spread = (gain.high - gain.low) / 2 * LESS * max(1.0, holdout) ** 0.5
    skill = min(gain.value, gain.low) - spread - abs(solution.value) * 0.05
    return {
        "name": name,
        "direction": better,
        "threshold": _digits(solution.value + worse * room, up=worse > 0),
        "skill": _digits(skill, up=False),
    }


def _margins(learned: LearningResult, noise: Mapping[str, float]) -> dict[str, float]:
    values = {name: abs(score.solution.value) for name, score in learned.scores.items()}
    return {
        name: _digits(max(NOISES * noise[name], LEAST * value), up=True) or LEAST
        for name, value in values.items()
    }


def _digits(value: float, *, up: bool = True) -> float:
    """Return a number with two digits, rounded up or down.

    >>> _digits(0.12345), _digits(-0.12345, up=False), _digits(1234.5, up=False)
    (0.13, -0.13, 1200.0)
    """
    if not value:
        return 0.0
    places = 1 - floor(log10(abs(value)))
    scaled = value * 10.0**places
    whole = floor(scaled) if not up else -floor(-scaled)
    return float(f"{whole / 10.0**places:.6g}")


def names(kind: Kind, *, labels_open: bool) -> tuple[str, ...]:
    """Return the metrics that a product is scored by, the first to compare parameters."""
    return OPEN if labels_open else METRICS[kind]
