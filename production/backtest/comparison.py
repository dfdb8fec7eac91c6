"""Lifecycles side by side: what each scored, what it cost, and what it cannot do."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.score.bootstrap import Interval
from production.backtest.choice import advise
from production.backtest.ranking import Ranked, rank_runs
from production.backtest.result import RunResult
from production.backtest.score import NAIVE, Resampling, gains
from production.backtest.verdict import RefreshVerdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from production.backtest.lifecycle_run import LifecycleRun

#: The fields of what a run took from the fits of others.
SHARE = ("fits", "seconds")


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """One lifecycle among others.

    Attributes:
        result: Its run.
        against: What it is compared with: another lifecycle, or the naive baseline.
        gain: By how much it is better, with its interval, paired by day.
    """

    result: RunResult
    against: str
    gain: dict[str, Interval]


class LifecycleComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Several lifecycles on the same history.

    Attributes:
        product: The product's name.
        metrics: The contract's metrics, the main one first.
        lifecycles: Each run by the name of its lifecycle.
        equal_by_construction: Pairs that serve the same predictions.
        equal_by_contract: Pairs whose whole configuration differs by the liaison alone: equal as
            far as the contract's clauses go.
        left_out: Lifecycles that the product cannot have: it has no implementation of its own.
        remarks: What else there is to know of the history and of what was compared.
        verdict: Which to choose, and what its refreshes are worth.
        ranking: Each by its name, the best first.
    """

    product: str
    metrics: tuple[str, ...]
    lifecycles: dict[str, ComparedRun]
    equal_by_construction: tuple[tuple[str, str], ...]
    equal_by_contract: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    verdict: RefreshVerdict
    ranking: dict[str, Ranked]

    @property
    def title(self) -> str:
        """What was compared, in a few words."""
        return f"{self.product} · {len(self.lifecycles)} lifecycles on the same history"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the tables should know: which pairs are equal, and what was proven."""
        equal = (
            f"{one} and {other} are equal by construction: the same learner, trained on the same "
            "rows at the same moments."
            for one, other in self.equal_by_construction
        )
        liaisons = (
            f"{one} and {other} differ by their liaison alone: equal as far as the contract's "
            "clauses hold the two implementations together."
            for one, other in self.equal_by_contract
        )
        proofs: dict[str, list[str]] = {}  # each once, with the lifecycles that share it
        for name, run in self.lifecycles.items():
            if run.result.proof:
                proofs.setdefault(run.result.proof.text, []).append(name)
        shared = (f"{', '.join(names)}: {text}" for text, names in proofs.items())
        missing = (
            f"{name} is left out: it serves production's own implementation, and {self.product} "
            "has none (product.implementation)."
            for name in self.left_out
        )
        return (*self.remarks, *missing, *equal, *liaisons, *self._shared_fits, *shared)

    @property
    def _shared_fits(self) -> tuple[str, ...]:
        """What runs took from each other's fits, in a sentence; none if they took nothing."""
        taken = {name: each.result.run.shared for name, each in self.lifecycles.items()}
        fits, seconds = (sum(getattr(each, at) for each in taken.values()) for at in SHARE)
        if not fits:
            return ()
        runs = ", ".join(f"{name} {each.fits}" for name, each in taken.items() if each.fits)
        note = (
            f"Fits taken from another run, of the same rows by the same learner: {runs}. Each run "
            f"is charged for them as if it had run alone; {seconds:.1f} s were not spent again."
        )
        return (note,)


def compare_runs(
    results: Mapping[str, RunResult],
    *,
    against: str,
    offset: int,
    resampling: Resampling,
    left_out: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> LifecycleComparison:
    """Return runs of the same history side by side.

    Args:
        results: Runs by the name of their lifecycle.
        against: Which of them the others are compared with; it is compared with the baseline.
        offset: When a day begins, microseconds after midnight UTC.
        resampling: How intervals are drawn.
        left_out: Lifecycles that the product cannot have.
        remarks: What else there is to know.
    """
    reference = results[against]
    compared = {}
    for name, result in results.items():
        predictions = result.run.predictions
        other = predictions.naive if name == against else reference.run.predictions.served
        compared[name] = ComparedRun(
            result=result,
            against=NAIVE if name == against else against,
            gain=gains(predictions, other, result.metrics, offset=offset, resampling=resampling),
        )
    return LifecycleComparison(
        product=reference.product,
        metrics=reference.metrics,
        lifecycles=compared,
        equal_by_construction=_pairs(results, _serve_the_same),
        equal_by_contract=_pairs(results, _differ_by_liaison),
        left_out=left_out,
        remarks=remarks,
        verdict=advise(results, against=against),
        ranking=rank_runs(results, offset=offset, resampling=resampling),
    )


def _pairs(
    results: Mapping[str, RunResult], related: Callable[[LifecycleRun, LifecycleRun], bool]
) -> tuple[tuple[str, str], ...]:
    """Return the names of the runs that are related, two at a time."""
    return tuple(
        (one, other)
        for one, other in combinations(results, 2)
        if related(results[one].run, results[other].run)
    )


def comparison_data(comparison: LifecycleComparison, *, seconds: float) -> dict[str, Any]:
    """Return what `report.json` holds of a comparison."""
    return {
        "scored_by": "report",
        "verdict": comparison.verdict,
        "ranking": comparison.ranking,
        "lifecycles": {
            name: {
                "metrics": each.result.overall["served"],
                "gain": {
                    metric: {**msgspec.to_builtins(interval), "against": each.against}
                    for metric, interval in each.gain.items()
                },
                "verdict": each.result.verdict,
                "trainings": len(each.result.run.trainings),
                "verdicts": Counter(training.verdict for training in each.result.run.trainings),
                "training_seconds": each.result.run.training_seconds,
                "shared_fits": each.result.run.shared,
                "generations": len(each.result.run.generations),
                "known": each.result.known,
                "proof": each.result.proof,
                "anti_patterns": each.result.anti_patterns,
                "cannot": each.result.cannot,
                "seconds": each.result.run.seconds,
            }
            for name, each in comparison.lifecycles.items()
        },
        "naive": next(iter(comparison.lifecycles.values())).result.overall[NAIVE],
        "equal_by_construction": comparison.equal_by_construction,
        "equal_by_contract": comparison.equal_by_contract,
        "left_out": comparison.left_out,
        "seconds": seconds,
    }


def _differ_by_liaison(one: LifecycleRun, other: LifecycleRun) -> bool:
    changes = one.lifecycle.changes(other.lifecycle)
    return changes == ("liaison",) and one.but_liaison == other.but_liaison


def _serve_the_same(one: LifecycleRun, other: LifecycleRun) -> bool:
    """Return whether two runs of one side trained alike, and served the same in fact.

    A learner with parameters of its own trains on the same rows, and serves something else.
    """
    same_side = one.lifecycle.liaison == other.lifecycle.liaison
    same_models = same_side and one.served_by == other.served_by
    return same_models and np.array_equal(one.predictions.served, other.predictions.served)
