"""The clause `metric`: both sides score the same, by each of the contract's metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.equivalence.clause import Result
from contracts.equivalence.comparison import (
    MetricTolerance,
    compare_metrics,
    metrics_evidence,
    worst_result,
)

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class MetricClause(MetricTolerance, frozen=True, kw_only=True):
    """The paired difference of each metric lies within a margin, by two one-sided tests.

    A day is one observation, and each limit is the wider of Student's t and of a studentised
    bootstrap (`contracts.score.tost`). The candidate is equivalent if it is so by every metric. It
    is different if one of them says so at ``alpha`` over the number of metrics.
    """

    name = "metric"
    pairs = ("same_data", "same_state")
    eases = {"margin": "up", "alpha": "up", "repeats": "never"}

    def __call__(self, case: Case) -> Result:
        """Compare the two sides on the test window by every metric; the worst result counts."""
        results = compare_metrics(self, case.contract, case.sample, case.predicted, case.expected)
        # A metric that the whole test window does not define proves nothing, so it counts too.
        decisive = worst_result(results)
        return Result(
            status=decisive.conclusion.status,
            message=decisive.message,
            observed=decisive.difference.value if decisive.difference.defined else None,
            limit=decisive.margin,
            evidence=metrics_evidence(results),
        )
