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
    from collections.abc import Mapping

    from contracts.contract.terms import Terms
    from contracts.equivalence.case import Case

Margin = Annotated[float, msgspec.Meta(gt=0)]
GRAVITY = ("equivalent", "inconclusive", "different")


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
        margins = self._margins(case.contract)
        found = {name: self._difference(case, name) for name in margins}
        rows = len(case.predicted)
        concluded = {
            name: conclude(found[name], margin=margins[name], rows=rows) for name in margins
        }
        gravest = max(
            margins,
            key=lambda name: (
                GRAVITY.index(concluded[name].outcome),
                abs(found[name].value) / margins[name],
            ),
        )
        return Verdict(
            clause=self.name,
            pair=self.pair,
            outcome=concluded[gravest].outcome,
            message=_message(
                gravest, found[gravest], margins[gravest], concluded[gravest], rows=rows
            ),
            observed=found[gravest].value,
            limit=margins[gravest],
            evidence={
                "rows": rows,
                "level": 1 - 2 * self.alpha,
                "metrics": _evidence(found, margins, concluded),
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

    def _difference(self, case: Case, name: str) -> Interval:
        return gain(
            metric(name, kind=case.contract.kind),
            case.sample.y,
            case.predicted,
            case.expected,
            case.sample.days,
            repeats=self.repeats,
            seed=case.contract.learning.seed,
            level=1 - 2 * self.alpha,
        )


def _message(
    name: str, difference: Interval, margin: float, concluded: Conclusion, *, rows: int
) -> str:
    text = (
        f"{name}: the candidate's gain over the reference is {difference.value:+.5f} "
        f"[{difference.low:+.5f}, {difference.high:+.5f}], margin ±{margin:g}"
    )
    if concluded.outcome != "inconclusive":
        return text
    if not math.isfinite(concluded.rows):
        return f"{text}; {rows:,} rows cannot tell, and no number of them would"
    return f"{text}; {rows:,} rows cannot tell, about {math.ceil(concluded.rows):,} would"


def _evidence(
    found: Mapping[str, Interval],
    margins: Mapping[str, float],
    concluded: Mapping[str, Conclusion],
) -> dict[str, Any]:
    return {
        name: {
            "value": found[name].value,
            "low": found[name].low,
            "high": found[name].high,
            "margin": margins[name],
            "outcome": concluded[name].outcome,
        }
        for name in margins
    }
