"""Two sides compared by each of a contract's metrics: what `metric`, `subgroup` and `fit` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from contracts.equivalence.fields import MAX
from contracts.equivalence.finding import Finding, gravest
from contracts.equivalence.verdict import Verdict
from contracts.errors import ContractError
from contracts.score.metric.registry import metric
from contracts.score.tost.conclusion import conclude
from contracts.score.tost.difference import difference

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.terms import Pair, Terms
    from contracts.ports import Floats, Instants

Margin = Annotated[float, msgspec.Meta(gt=0, le=MAX)]
Margins = Margin | dict[str, Margin]
Alpha = Annotated[float, msgspec.Meta(gt=0, lt=0.5)]
Repeats = Annotated[int, msgspec.Meta(ge=100, le=100_000)]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How two sides are compared by metrics.

    Attributes:
        clause: The name of the clause that asks.
        margin: The largest difference without meaning: one for all metrics, or one each by name.
        alpha: The chance of calling equivalent what is not.
        repeats: How often the days are drawn anew.
        parts: How many parts the clause is judged in: that any of them is different is held to
            alpha over all metrics and parts together.
    """

    clause: str
    margin: Margins
    alpha: float
    repeats: int
    parts: int = 1

    def findings(
        self, contract: Contract, y: Floats, p: Floats, q: Floats, days: Instants
    ) -> tuple[Finding, ...]:
        """Return what is found of each metric.

        Args:
            contract: Names the metrics.
            y: Outcomes, (n,).
            p: The candidate's predictions, (n, k).
            q: The reference's.
            days: Each row's day, (n,).

        Raises:
            ContractError: The margins are not those of the contract's metrics.
        """
        margins = margins_of(self.margin, contract, clause=self.clause)
        looks = len(margins) * self.parts
        found = []
        for name, margin in margins.items():
            gain = difference(
                metric(name, kind=contract.kind),
                y,
                p,
                q,
                days,
                alpha=self.alpha,
                repeats=self.repeats,
                seed=contract.learning.seed,
            )
            concluded = conclude(gain, margin=margin, looks=looks)
            found.append(Finding(metric=name, difference=gain, margin=margin, concluded=concluded))
        return tuple(found)

    def verdict(self, pair: Pair, findings: tuple[Finding, ...], **evidence: Any) -> Verdict:
        """Return the verdict of some rows: the gravest of the metrics that are defined on them.

        Args:
            pair: What is compared.
            findings: Of all metrics.
            evidence: What else an engineer looks at, before the findings.
        """
        undefined = [found.metric for found in findings if not found.difference.defined]
        judged = [found for found in findings if found.difference.defined]
        decided = gravest(judged or findings)
        note = f"; {', '.join(undefined)} undefined on these rows" if undefined and judged else ""
        return Verdict(
            clause=self.clause,
            pair=pair,
            status=decided.concluded.status if judged else "not_run",
            message=decided.message + note,
            observed=decided.difference.value if judged else None,
            limit=decided.margin,
            evidence=evidence | self.evidence(findings),
        )

    def evidence(self, findings: tuple[Finding, ...]) -> dict[str, Any]:
        """Return the findings as a report draws them: an interval and a margin a metric."""
        return {
            "rows": findings[0].difference.rows,
            "days": findings[0].difference.days,
            "metrics": {found.metric: found.evidence for found in findings},
        }


def margins_of(margin: Margins, terms: Terms, *, clause: str) -> dict[str, float]:
    """Return each metric's margin, in the contract's order.

    Raises:
        ContractError: Margins by name leave one out, or name another.
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
