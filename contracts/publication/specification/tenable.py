"""Whether what is decided can be kept: known names, tolerances that clauses take, windows in order.

Asked of a draft before it is written, and of what the code would publish before anything is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from contracts.contract.terms import Learning, MetricTerm, Terms
from contracts.equivalence.registry import build
from contracts.errors import ContractError
from contracts.score.bootstrap import Interval
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from contracts.publication.specification.specification import Promised, Specification


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
        build(clause)
    missed = [
        f"{term.name}: observed {term.observed.value:.4f}, threshold {term.threshold:g} "
        f"({term.direction} is better)"
        for term in terms.metrics
        if not term.holds(term.observed.value)
    ]
    if missed:
        raise ContractError(
            f"{terms.product} {terms.version}: research misses its own thresholds",
            hint="learn better, or promise less",
            details=missed,
        )


def just_kept(specification: Specification) -> Terms:
    """Return the terms of a specification as if research had just met every threshold.

    Raises:
        ValueError: No contract can state it: labels do not fit the kind, a name stands twice,
            windows overlap, or a figure is not finite.
    """
    learning = structs.asdict(specification.learning)
    del learning["tuned"]  # which values a search found is not stated
    return Terms(
        product=specification.product,
        version=specification.version,
        kind=specification.kind,
        labels=specification.labels,
        labels_open=specification.labels_open,
        metrics=tuple(map(_observed, specification.metrics)),
        clauses=specification.clauses,
        learning=Learning(**learning),
    )


def _observed(promised: Promised) -> MetricTerm:
    at = promised.threshold
    return MetricTerm(
        name=promised.name,
        direction=promised.direction,
        threshold=at,
        skill=promised.skill,
        observed=Interval(value=at, low=at, high=at),
    )
