"""The clause `noise_floor`: the candidate parts from the reference no further than a seed does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Size
from contracts.equivalence.probes.noise import Spread, distance, floor, spreads, versions
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class NoiseFloor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The candidate's distance from the reference is at most that of the reference's own versions.

    The reference is fitted again under other seeds; what two of its versions differ by has no
    meaning. Distance is the mean absolute difference of predictions on the test window, the floor
    the largest between any two versions. A version under one more seed lies beyond that largest
    now and then: simulation found one in two of them beyond that of 1 other seed, one in ten beyond
    that of 5, one in thirty beyond that of 10; and of 5 at most one in forty beyond 1.25 times that
    largest. So a candidate that draws its own numbers needs ``times`` a little above 1.

    Attributes:
        seeds: How many other seeds.
        times: How many times the floor the candidate may be away.
        absolute: What it may be away besides, in the prediction's unit; all there is for a
            reference that does not depend on its seed.
    """

    seeds: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    times: Size = 1.0
    absolute: Size = 0.0

    name: ClassVar[str] = "noise_floor"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data",)
    eases: ClassVar[Mapping[str, Ease]] = {"seeds": "up", "times": "up", "absolute": "up"}
    refits: ClassVar[bool] = True

    def __call__(self, case: Case) -> Verdict:
        """Fit the reference's versions and hold the candidate to what they differ by."""
        predictions = versions(case, seeds=self.seeds)
        apart, noise = distance(case.expected, case.predicted), floor(predictions)
        limit, metrics = self.times * noise + self.absolute, spreads(case, predictions)
        drowned = {name: spread for name, spread in metrics.items() if spread.drowned}
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if apart <= limit else "different",
            message=self._message(apart, noise, limit) + _warning(drowned),
            observed=apart,
            limit=limit,
            evidence={
                "floor": noise,
                "distance": apart,
                "by_seed": {
                    str(seed): distance(case.expected, made) for seed, made in predictions.items()
                },
                "metrics": msgspec.to_builtins(metrics),
                "notes": [_note(name, spread) for name, spread in drowned.items()],
            },
        )

    def _message(self, apart: float, noise: float, limit: float) -> str:
        if not noise:
            return (
                f"the reference does not depend on its seed, so its noise is none and absolute "
                f"alone decides: the candidate is {apart:.3g} away on average, at most {limit:g} "
                "asked"
            )
        return (
            f"the candidate is {apart:.3g} away from the reference on average, which itself is up "
            f"to {noise:.3g} away under {self.seeds} other seeds; at most {limit:.3g} asked"
        )


def _warning(drowned: Mapping[str, Spread]) -> str:
    if not drowned:
        return ""
    named = [f"{name} {each.margin:g} < {each.noise:.2g}" for name, each in drowned.items()]
    return f"; margins below what a seed changes: {', '.join(named)}"


def _note(name: str, spread: Spread) -> str:
    return (
        f"{name}: the margin {spread.margin:g} is below the noise of {spread.noise:.2g}: it asks "
        "for sameness beyond what a seed changes"
    )
