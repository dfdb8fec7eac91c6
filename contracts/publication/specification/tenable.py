"""Whether what is decided can be kept: known names, tolerances that clauses take, windows in order.

Asked of a draft before it is written, and of what the code would publish before anything is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.equivalence.registry import build_clause
from contracts.errors import ContractError
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from contracts.contract.terms import Terms


def require_tenable(terms: Terms) -> None:
    """Refuse terms that could not be kept, or that research itself does not keep.

    Raises:
        ConfigError: A metric is unknown, or serves another kind.
        ContractError: A clause is unknown or does not take its tolerance, a metric's direction is
            not its own, or a threshold is missed by research's own observation.
    """
    for term in terms.metrics:
        better = metric(term.name, kind=terms.kind).direction
        if better != term.direction:
            raise ContractError(
                f"{term.name}: the contract says {term.direction} is better, the metric {better}"
            )
    for clause in terms.clauses:
        build_clause(clause)
    missed = [
        f"{term.name}: observed {term.observed.value:.4f}, threshold {term.threshold:g} "
        f"({term.direction} is better)"
        for term in terms.metrics
        if term.observed is not None and not term.holds(term.observed.value)
    ]
    if missed:
        raise ContractError(
            f"{terms.product} {terms.version}: research misses its own thresholds",
            hint="learn better, or promise less",
            details=missed,
        )
