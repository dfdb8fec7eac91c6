"""What a seed alone changes: how far a reference's versions part, in predictions and metrics."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.contract import Contract
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One metric under other seeds.

    Attributes:
        by_seed: Its value for each seed, the contract's first.
        candidate: The candidate's value.
        noise: The largest difference between two seeds.
        margin: What the contract's clause `metric` takes for no difference, where it does.
    """

    by_seed: dict[str, float]
    candidate: float
    noise: float
    margin: float | None

    @property
    def drowned(self) -> bool:
        """Whether the margin asks for less than a seed changes."""
        return self.margin is not None and self.margin < self.noise


def versions(case: Case, *, seeds: int) -> dict[int, Floats]:
    """Return the reference's predictions on the test window by seed, the contract's first.

    Raises:
        SideError: The reference fails at a fit, or predicts what no model may.
    """
    first = case.contract.learning.seed
    found = {first: case.expected}
    for seed in range(first + 1, first + 1 + seeds):
        model = case.sides.refit("reference", case.sides.rows, seed=seed)
        found[seed] = case.predict(model, case.sample.rows)
    return found


def distance(one: Floats, other: Floats) -> float:
    """Return the mean absolute difference of predictions (n, k), in the prediction's unit.

    >>> distance(np.array([[0.0], [1.0]]), np.array([[0.5], [1.0]]))
    0.25
    """
    return float(np.abs(one - other).mean())


def floor(predictions: Mapping[int, Floats]) -> float:
    """Return the largest distance between two versions."""
    return max(distance(one, other) for one, other in combinations(predictions.values(), 2))


def spreads(case: Case, predictions: Mapping[int, Floats]) -> dict[str, Spread]:
    """Return each of the contract's metrics under the seeds."""
    found, margins = {}, _margins(case.contract)
    for term in case.contract.metrics:
        scored = metric(term.name, kind=case.contract.kind)
        values = {str(seed): scored.value(case.sample.y, p) for seed, p in predictions.items()}
        found[term.name] = Spread(
            by_seed=values,
            candidate=scored.value(case.sample.y, case.predicted),
            noise=max(values.values()) - min(values.values()),
            margin=margins.get(term.name),
        )
    return found


def _margins(contract: Contract) -> dict[str, float]:
    """Return each metric's margin in the contract's clause `metric`; none without that clause."""
    said = next((term.tolerance for term in contract.clauses if term.name == "metric"), {})
    margin = said.get("margin", {})
    if isinstance(margin, dict):
        return margin
    return {term.name: margin for term in contract.metrics}
