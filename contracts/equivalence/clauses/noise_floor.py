"""The clause `noise_floor`: the candidate is no further from the reference than other seeds are."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from contracts.equivalence.clause import Clause, NonNegative, Result
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.contract import Contract
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class NoiseFloor(Clause, frozen=True, kw_only=True):
    """The candidate is at most as far from the reference as fits with other seeds are.

    The reference is fitted again under other seeds; a difference between two of these fits has no
    meaning. Distance is the mean absolute difference of predictions on the test window, the noise
    floor the largest between any two of the fits. A fit under one more seed lies beyond that
    largest now and then: simulation found one in two of them beyond that of 1 other seed, one in
    ten beyond that of 5, one in thirty beyond that of 10; and of 5 at most one in forty beyond 1.25
    times that largest. So a candidate that draws its own numbers needs ``times`` a little above 1.

    Attributes:
        seeds: How many other seeds.
        times: How many times the noise floor the candidate's distance may be.
        absolute: An allowance on top, in the prediction's unit; for a reference that does not
            depend on its seed it is the whole allowance.
    """

    seeds: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    times: NonNegative = 1.0
    absolute: NonNegative = 0.0

    name = "noise_floor"
    pairs = ("same_data",)
    eases = {"seeds": "up", "times": "up", "absolute": "up"}
    refits = True

    def __call__(self, case: Case) -> Result:
        """Fit the reference under other seeds, and compare the candidate with their differences."""
        by_seed = _predictions(case, seeds=self.seeds)
        away = distance(case.expected, case.predicted)
        floor = max(distance(one, other) for one, other in combinations(by_seed.values(), 2))
        limit, noises = self.times * floor + self.absolute, _metric_noises(case, by_seed)
        narrow = {name: noise for name, noise in noises.items() if noise.exceeds_margin}
        return Result(
            status="equivalent" if away <= limit else "different",
            message=self._message(away, floor, limit) + _warning(narrow),
            observed=away,
            limit=limit,
            evidence={
                "floor": floor,
                "distance": away,
                "by_seed": {str(seed): distance(case.expected, p) for seed, p in by_seed.items()},
                "metrics": msgspec.to_builtins(noises),
                "notes": [
                    f"{name}: the margin {noise.margin:g} is below the noise of {noise.noise:.2g}: "
                    "it asks for a smaller difference than a seed makes"
                    for name, noise in narrow.items()
                ],
            },
        )

    def _message(self, away: float, floor: float, limit: float) -> str:
        if not floor:
            return (
                "the reference does not depend on its seed, so there is no noise and `absolute` "
                f"decides: the candidate is {away:.3g} away on average, at most {limit:g} allowed"
            )
        return (
            f"the candidate is {away:.3g} away from the reference on average, which itself is up "
            f"to {floor:.3g} away under {self.seeds} other seeds; at most {limit:.3g} allowed"
        )


class MetricNoise(msgspec.Struct, frozen=True, kw_only=True):
    """One metric under other seeds.

    Attributes:
        by_seed: Its value for each seed, the contract's first.
        candidate: The candidate's value.
        noise: The largest difference between two seeds.
        margin: The largest difference without meaning by the contract's clause `metric`, if it has
            that clause.
    """

    by_seed: dict[str, float]
    candidate: float
    noise: float
    margin: float | None

    @property
    def exceeds_margin(self) -> bool:
        """Whether a seed alone makes a larger difference than the margin allows."""
        return self.margin is not None and self.margin < self.noise


def distance(one: Floats, other: Floats) -> float:
    """Return the mean absolute difference of predictions (n, k), in the prediction's unit.

    >>> distance(np.array([[0.0], [1.0]]), np.array([[0.5], [1.0]]))
    0.25
    """
    return float(np.abs(one - other).mean())


def _predictions(case: Case, *, seeds: int) -> dict[int, Floats]:
    """Return the reference's predictions on the test window by seed, the contract's first.

    Raises:
        SideError: The reference fails at a fit, or predicts what no model may.
    """
    first = case.contract.learning.seed
    by_seed = {first: case.expected}
    for seed in range(first + 1, first + 1 + seeds):
        model = case.sides.refit("reference", case.sides.rows, seed=seed)
        by_seed[seed] = case.predict(model, case.sample.rows)
    return by_seed


def _metric_noises(case: Case, by_seed: Mapping[int, Floats]) -> dict[str, MetricNoise]:
    """Return each of the contract's metrics under the seeds."""
    noises, margins, y = {}, _margins(case.contract), case.sample.y
    for term in case.contract.metrics:
        scorer = metric(term.name, kind=case.contract.kind)
        values = {str(seed): scorer.value(y, p) for seed, p in by_seed.items()}
        noises[term.name] = MetricNoise(
            by_seed=values,
            candidate=scorer.value(y, case.predicted),
            noise=max(values.values()) - min(values.values()),
            margin=margins.get(term.name),
        )
    return noises


def _margins(contract: Contract) -> dict[str, float]:
    """Return each metric's margin in the contract's clause `metric`; none without that clause."""
    tolerance = next((term.tolerance for term in contract.clauses if term.name == "metric"), {})
    margin = tolerance.get("margin", {})
    if isinstance(margin, dict):
        return margin
    return {term.name: margin for term in contract.metrics}


def _warning(narrow: Mapping[str, MetricNoise]) -> str:
    if not narrow:
        return ""
    texts = [f"{name} {noise.margin:g} < {noise.noise:.2g}" for name, noise in narrow.items()]
    return f"; margins smaller than the difference that a seed makes: {', '.join(texts)}"
