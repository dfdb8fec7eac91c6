"""Lifecycles beside each other: what each was worth, what it cost, and what it cannot do."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.bootstrap import Interval
from contracts.report.table import NOTHING, Heading, Table
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
    """

    product: str
    metrics: tuple[str, ...]
    lifecycles: dict[str, Compared]
    equal: tuple[tuple[str, str], ...]

    @property
    def tables(self) -> tuple[Table, Table]:
        """What each was worth, and what each cost and cannot do."""
        return _worth(self), _limits(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the tables should know."""
        pairs = tuple(
            f"{one} and {other} are equal by construction: the same learner, trained on the same "
            "rows at the same moments."
            for one, other in self.equal
        )
        proofs = tuple(
            f"{name}: {each.result.proof.summary}; one row {each.result.proof.candidate_us:.1f} µs"
            for name, each in self.lifecycles.items()
            if each.result.proof
        )
        return pairs + proofs


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
        other = each.trial.judged.naive if name == against else reference.trial.judged.served
        compared[name] = Compared(
            result=each,
            against=NAIVE if name == against else against,
            gain=gains(each.trial.judged, other, each.metrics, offset=offset, by=by),
        )
    equal = tuple(
        (one, two) for one, two in combinations(results, 2) if _equal(results[one], results[two])
    )
    return Comparison(
        product=reference.product,
        metrics=reference.metrics,
        lifecycles=compared,
        equal=equal,
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
                "trainings": len(each.result.trial.trainings),
                "training_seconds": each.result.training_seconds,
                "generations": len(each.result.trial.generations),
                "anti_patterns": each.result.anti_patterns,
                "cannot": each.result.cannot,
                "seconds": each.result.trial.seconds,
            }
            for name, each in found.lifecycles.items()
        },
        "naive": next(iter(found.lifecycles.values())).result.overall["naive"],
        "equal_by_construction": found.equal,
        "seconds": seconds,
    }


def _equal(one: Result, two: Result) -> bool:
    same_side = one.trial.lifecycle.liaison == two.trial.lifecycle.liaison
    return same_side and one.trial.served_by == two.trial.served_by


def _worth(found: Comparison) -> Table:
    main, *others = found.metrics
    rows: list[tuple[Any, ...]] = [
        (
            name,
            _triple(each.result.overall["served"][main]),
            _triple(each.gain[main]),
            each.against,
            *(each.result.overall["served"][other].value for other in others),
            len(each.result.trial.trainings),
            each.result.training_seconds,
        )
        for name, each in found.lifecycles.items()
    ]
    naive = next(iter(found.lifecycles.values())).result.overall[NAIVE]
    rows.append(
        ("naive", _triple(naive[main]), None, None, *(naive[o].value for o in others), None, None)
    )
    return Table(
        headings=(
            Heading(name="lifecycle"),
            Heading(name=main, kind="interval"),
            Heading(name="gain", kind="interval"),
            Heading(name="against"),
            *(Heading(name=other, kind="number") for other in others),
            Heading(name="trained", kind="count"),
            Heading(name="seconds", kind="number", digits=0),
        ),
        rows=tuple(rows),
        caption=(
            "Served over the whole period, 95 % day-block bootstrap intervals; gain is paired by "
            "day. scored_by: report, with the full history."
        ),
        total=True,
    )


def _limits(found: Comparison) -> Table:
    rows = []
    for name, each in found.lifecycles.items():
        limits = [("anti-pattern", text) for text in each.result.anti_patterns]
        limits += [("cannot", text) for text in each.result.cannot] or [("cannot", NOTHING)]
        rows += [(name if not at else "", *limit) for at, limit in enumerate(limits)]
    return Table(
        headings=(Heading(name="lifecycle"), Heading(name=""), Heading(name="what and why")),
        rows=tuple(rows),
    )


def _triple(interval: Interval) -> tuple[float, float, float]:
    return interval.value, interval.low, interval.high
