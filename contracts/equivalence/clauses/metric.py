"""The clause `metric`: both sides are worth the same, by each of the contract's metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.comparison import Alpha, Comparison, Margins, Repeats
from contracts.equivalence.finding import gravest
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paired difference of each metric lies within a margin, by two one-sided tests.

    A day is one observation, and each limit is the wider of Student's t and of a studentised
    bootstrap (`contracts.score.tost`). The candidate is equivalent when it is so by
    every metric. It is different when one of them says so at ``alpha`` over the number of metrics.

    Attributes:
        margin: The largest difference without meaning, in the metric's unit: one for all metrics,
            or one for each by name.
        alpha: The chance of calling equivalent what is not: the interval has level 1 - 2 alpha.
        repeats: How often the days are drawn anew.
    """

    margin: Margins
    alpha: Alpha = 0.05
    repeats: Repeats = 1000

    name: ClassVar[str] = "metric"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data", "same_state")
    eases: ClassVar[Mapping[str, Ease]] = {"margin": "up", "alpha": "up", "repeats": "never"}

    def __call__(self, case: Case) -> Verdict:
        """Compare the two sides on the test window by every metric; the gravest finding counts."""
        comparison = Comparison(
            clause=self.name, margin=self.margin, alpha=self.alpha, repeats=self.repeats
        )
        sample = case.sample
        findings = comparison.findings(
            case.contract, sample.y, case.predicted, case.expected, sample.days
        )
        decided = gravest(findings)  # a metric that all rows together do not define proves nothing
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status=decided.concluded.status,
            message=decided.message,
            observed=decided.difference.value if decided.difference.defined else None,
            limit=decided.margin,
            evidence=comparison.evidence(findings),
        )
