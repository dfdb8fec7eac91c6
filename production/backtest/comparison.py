"""Lifecycles beside each other: what each was worth, what it cost, and what it cannot do."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.score.bootstrap import Interval
from production.backtest.result import Result
from production.backtest.score import Resampling, gains

if TYPE_CHECKING:
    from collections.abc import Mapping

NAIVE = "naive"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One lifecycle among others.

    Attributes:
        result: Its run.
        against: What it is held against: another lifecycle, or the naive baseline.
        gain: By how much it was better, with its interval, paired by day.
    """

    result: Result
    against: str
    gain: dict[str, Interval]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Several lifecycles on the same history.

    Attributes:
        product: The product's name.
        metrics: The contract's metrics, the main one first.
        lifecycles: Each by its name.
        equal: Pairs that are equal by construction.
        held: Pairs that differ by their liaison alone: the contract's clauses hold them together.
    """

    product: str
    metrics: tuple[str, ...]
    lifecycles: dict[str, Compared]
    equal: tuple[tuple[str, str], ...]
    held: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """What was compared, in a few words."""
        return f"{self.product} · {len(self.lifecycles)} lifecycles on the same history"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the tables should know."""
        pairs = tuple(
            f"{one} and {other} are equal by construction: the same learner, trained on the same "
            "rows at the same moments."
            for one, other in self.equal
        )
        liaisons = tuple(
            f"{one} and {other} differ by their liaison alone: equal as far as the contract's "
            "clauses hold the two implementations together."
            for one, other in self.held
        )
        return pairs + liaisons + self._proofs

    @property
    def _proofs(self) -> tuple[str, ...]:
        """What was proven, each proof once, by the lifecycles that share it."""
        shared: dict[str, list[str]] = {}
        for name, each in self.lifecycles.items():
            if each.result.proof:
                shared.setdefault(each.result.proof.words, []).append(name)
        return tuple(f"{', '.join(names)}: {words}" for words, names in shared.items())


def comparison(
    results: Mapping[str, Result], *, against: str, offset: int, by: Resampling
) -> Comparison:
    """Return runs of the same history beside each other.

    Args:
        results: Runs by the name of their lifecycle.
        against: Which of them the others are held against; it is held against the naive baseline.
        offset: When a day begins, microseconds after midnight UTC.
        by: How intervals are drawn.
    """
    reference = results[against]
    compared = {}
    for name, each in results.items():
        other = each.run.judged.naive if name == against else reference.run.judged.served
        compared[name] = Compared(
            result=each,
            against=NAIVE if name == against else against,
            gain=gains(each.run.judged, other, each.metrics, offset=offset, by=by),
        )
    pairs = [*combinations(results, 2)]
    return Comparison(
        product=reference.product,
        metrics=reference.metrics,
        lifecycles=compared,
        equal=tuple(pair for pair in pairs if _equal(*(results[name] for name in pair))),
        held=tuple(pair for pair in pairs if _held(*(results[name] for name in pair))),
    )


def data(found: Comparison, *, seconds: float) -> dict[str, Any]:
    """Return what a machine reads of a comparison."""
    return {
        "scored_by": "report",
        "lifecycles": {
            name: {
                "metrics": each.result.overall["served"],
                "gain": {
                    metric: {**msgspec.to_builtins(interval), "against": each.against}
                    for metric, interval in each.gain.items()
                },
                "trainings": len(each.result.run.trainings),
                "training_seconds": each.result.training_seconds,
                "generations": len(each.result.run.generations),
                "known": each.result.known,
                "proof": each.result.proof,
                "anti_patterns": each.result.anti_patterns,
                "cannot": each.result.cannot,
                "seconds": each.result.run.seconds,
            }
            for name, each in found.lifecycles.items()
        },
        "naive": next(iter(found.lifecycles.values())).result.overall["naive"],
        "equal_by_construction": found.equal,
        "equal_by_contract": found.held,
        "seconds": seconds,
    }


def _equal(one: Result, two: Result) -> bool:
    same_side = one.run.lifecycle.liaison == two.run.lifecycle.liaison
    return same_side and one.run.served_by == two.run.served_by


def _held(one: Result, two: Result) -> bool:
    return one.run.lifecycle.changes(two.run.lifecycle) == ("liaison",)
