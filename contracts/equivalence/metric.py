"""The clause `metric`: both sides are worth the same, by each of the contract's metrics."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec

from contracts.bootstrap import Interval, gain
from contracts.contract.terms import Pair
from contracts.equivalence.conclusion import Conclusion, conclude
from contracts.equivalence.verdict import Verdict
from contracts.errors import ContractError
from contracts.metric.registry import metric

if TYPE_CHECKING:
    from contracts.contract.terms import Terms
    from contracts.equivalence.case import Case

Margin = Annotated[float, msgspec.Meta(gt=0)]
GRAVITY = ("equivalent", "inconclusive", "different")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one metric."""

    metric: str
    difference: Interval
    margin: float
    concluded: Conclusion


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paired difference of each metric lies within a margin, by a day-block bootstrap.

    Attributes:
        margin: The largest difference without meaning, in the metric's unit: one for all metrics,
            or one for each by name.
        alpha: The chance of calling equivalent what is not: the interval has level 1 - 2 alpha.
        repeats: How often the days are drawn anew.
    """

    margin: Margin | dict[str, Margin]
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=0.5)] = 0.05
    repeats: Annotated[int, msgspec.Meta(ge=100)] = 1000

    name: ClassVar[str] = "metric"
    pair: ClassVar[Pair] = "same_data"

    def __call__(self, case: Case) -> Verdict:
        """Compare the two sides on the test window by every metric; the gravest finding counts."""
        rows = len(case.predicted)
        findings = [
            self._find(case, name, margin=margin, rows=rows)
            for name, margin in self._margins(case.contract).items()
        ]
        gravest = max(findings, key=_gravity)
        return Verdict(
            clause=self.name,
            pair=self.pair,
            outcome=gravest.concluded.outcome,
            message=_message(gravest, rows=rows),
            observed=gravest.difference.value,
            limit=gravest.margin,
            evidence={
                "rows": rows,
                "level": 1 - 2 * self.alpha,
                "metrics": {found.metric: _evidence(found) for found in findings},
            },
        )

    def _margins(self, terms: Terms) -> dict[str, float]:
        names = [term.name for term in terms.metrics]
        if not isinstance(self.margin, dict):
            return dict.fromkeys(names, self.margin)
        if {*self.margin} != {*names}:
            raise ContractError(
                f"clause metric: expected a margin for each of {', '.join(names)}, "
                f"got {', '.join(self.margin)}"
            )
        return self.margin

    def _find(self, case: Case, name: str, *, margin: float, rows: int) -> Finding:
        difference = gain(
            metric(name, kind=case.contract.kind),
            case.sample.y,
            case.predicted,
            case.expected,
            case.sample.days,
            repeats=self.repeats,
            seed=case.contract.learning.seed,
            level=1 - 2 * self.alpha,
        )
        concluded = conclude(difference, margin=margin, rows=rows)
        return Finding(metric=name, difference=difference, margin=margin, concluded=concluded)


def _gravity(found: Finding) -> tuple[int, float]:
    return GRAVITY.index(found.concluded.outcome), abs(found.difference.value) / found.margin


def _message(found: Finding, *, rows: int) -> str:
    difference, concluded = found.difference, found.concluded
    text = (
        f"{found.metric}: the candidate's gain over the reference is {difference.value:+.5f} "
        f"[{difference.low:+.5f}, {difference.high:+.5f}], margin ±{found.margin:g}"
    )
    if concluded.outcome != "inconclusive":
        return text
    if not math.isfinite(concluded.rows):
        return f"{text}; {rows:,} rows cannot tell, and no number of them would"
    return f"{text}; {rows:,} rows cannot tell, about {math.ceil(concluded.rows):,} would"


def _evidence(found: Finding) -> dict[str, Any]:
    return {
        "value": found.difference.value,
        "low": found.difference.low,
        "high": found.difference.high,
        "margin": found.margin,
        "outcome": found.concluded.outcome,
    }
