"""Two sides compared by each of a contract's metrics, as `metric`, `subgroup` and `fit` do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from contracts.equivalence.clause import MAX, SEVERITY, Clause, Result
from contracts.errors import ContractError
from contracts.score.metric.registry import metric
from contracts.score.tost.conclusion import Conclusion, conclude
from contracts.score.tost.difference import Difference, difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.contract import Contract
    from contracts.contract.terms import Terms
    from contracts.equivalence.held_out import HeldOut
    from contracts.ports import Floats

Margin = Annotated[float, msgspec.Meta(gt=0, le=MAX)]
Margins = Margin | dict[str, Margin]
Alpha = Annotated[float, msgspec.Meta(gt=0, lt=0.5)]
Repeats = Annotated[int, msgspec.Meta(ge=100, le=100_000)]


class MetricResult(msgspec.Struct, frozen=True, kw_only=True):
    """The difference of two sides by one metric, its margin, and what it proves."""

    metric: str
    difference: Difference
    margin: float
    conclusion: Conclusion

    @property
    def message(self) -> str:
        """One line: the gain, the limits that decided, the margin, and what would decide."""
        gain, low, high = self.difference, self.conclusion.low, self.conclusion.high
        if not gain.defined:
            return f"{self.metric} is undefined on these {gain.rows:,} rows"
        text = f"{self.metric}: the candidate's gain over the reference is {gain.value:+.3g}"
        if math.isfinite(low) and math.isfinite(high):
            text += f" [{low:+.3g}, {high:+.3g}]"
        text += f", margin ±{self.margin:g}"
        return text if self.conclusion.status != "inconclusive" else f"{text}; {self._needed}"

    @property
    def evidence(self) -> dict[str, Any]:
        """The same for JSON: null is a figure that the rows do not determine."""
        needed, defined = self.conclusion.rows, self.difference.defined
        return {
            "value": _finite(self.difference.value),
            "low": _finite(self.conclusion.low),
            "high": _finite(self.conclusion.high),
            "level": self.conclusion.level,
            "margin": self.margin,
            "status": self.conclusion.status if defined else "not_run",
            "rows_needed": math.ceil(needed) if math.isfinite(needed) else None,
        }

    @property
    def severity(self) -> tuple[int, float]:
        """How bad it is: by status, then by the share of the margin that the difference takes."""
        share = abs(self.difference.value) / self.margin
        by_status = -SEVERITY.index(self.conclusion.status)
        return by_status, share if self.difference.defined else math.inf

    @property
    def _needed(self) -> str:
        rows, days, needed = self.difference.rows, self.difference.days, self.conclusion.rows
        text = f"{rows:,} rows of {days:,} day{'s' * (days != 1)} do not decide"
        if days == 1:
            return f"{text}: how much days vary takes two of them at least"
        if math.isnan(needed):
            return f"{text}: without one of the days the score is undefined"
        if math.isinf(needed):
            return f"{text}, and no number of rows would"
        return f"{text}, about {_two_digits(needed):,} rows would"


class MetricTolerance(Clause, frozen=True, kw_only=True):
    """The fields of the clauses that compare two sides by metrics.

    Attributes:
        margin: The largest difference without meaning, in the metric's unit: one for all metrics,
            or one for each by name.
        alpha: The chance of calling sides equivalent that are not: the interval has level
            1 - 2 alpha.
        repeats: How often the days are resampled.
    """

    margin: Margins
    alpha: Alpha = 0.05
    repeats: Repeats = 1000


def compare_metrics(
    tolerance: MetricTolerance,
    contract: Contract,
    rows: HeldOut,
    p: Floats,
    q: Floats,
    *,
    parts: int = 1,
) -> tuple[MetricResult, ...]:
    """Return the result of each of the contract's metrics.

    Args:
        tolerance: The clause that compares them.
        contract: Names the metrics.
        rows: n rows.
        p: The candidate's predictions for them, (n, k).
        q: The reference's.
        parts: In how many parts the clause is judged: calling any of them different is held to
            alpha over all metrics and parts together.

    Raises:
        ContractError: As `margins_of`.
    """
    margins = margins_of(tolerance.margin, contract, clause=tolerance.name)
    results = []
    for name, margin in margins.items():
        gain = difference(
            metric(name, kind=contract.kind),
            rows.y,
            p,
            q,
            rows.days,
            alpha=tolerance.alpha,
            repeats=tolerance.repeats,
            seed=contract.learning.seed,
        )
        conclusion = conclude(gain, margin=margin, looks=len(margins) * parts)
        result = MetricResult(metric=name, difference=gain, margin=margin, conclusion=conclusion)
        results.append(result)
    return tuple(results)


def part_result(results: Sequence[MetricResult], **evidence: Any) -> Result:
    """Return the result of a part: the worst of the metrics that its rows define.

    Args:
        results: Of all metrics.
        evidence: What else an engineer looks at, before the results.
    """
    undefined = [each.metric for each in results if not each.difference.defined]
    defined = [each for each in results if each.difference.defined]
    decisive = worst_result(defined or results)
    note = f"; {', '.join(undefined)} undefined on these rows" if undefined and defined else ""
    return Result(
        status=decisive.conclusion.status if defined else "not_run",
        message=decisive.message + note,
        observed=decisive.difference.value if defined else None,
        limit=decisive.margin,
        evidence=evidence | metrics_evidence(results),
    )


def worst_result(results: Iterable[MetricResult]) -> MetricResult:
    """Return the result that decides: the two sides have to be equivalent by every metric."""
    return max(results, key=lambda each: each.severity)


def metrics_evidence(results: Sequence[MetricResult]) -> dict[str, Any]:
    """Return results as a report draws them: for each metric an interval and a margin."""
    return {
        "rows": results[0].difference.rows,
        "days": results[0].difference.days,
        "metrics": {each.metric: each.evidence for each in results},
    }


def margins_of(margin: Margins, terms: Terms, *, clause: str) -> dict[str, float]:
    """Return each metric's margin, in the contract's order.

    Raises:
        ContractError: The margins by name are not those of the contract's metrics.
    """
    names = [term.name for term in terms.metrics]
    if not isinstance(margin, dict):
        return dict.fromkeys(names, margin)
    if {*margin} != {*names}:
        raise ContractError(
            f"clause {clause}: expected a margin for each of {', '.join(names)}, "
            f"got {', '.join(margin) or 'none'}"
        )
    return {name: margin[name] for name in names}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _two_digits(rows: float) -> int:
    """Return a number of rows rounded up to two digits: no more of it is known."""
    scale = 10.0 ** max(math.floor(math.log10(rows)) - 1, 0)
    return math.ceil(math.ceil(rows / scale) * scale)
