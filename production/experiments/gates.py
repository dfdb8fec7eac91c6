"""Gates: whether a log can tell what a policy earns, before anyone reads the estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from contracts.config.settings import Closed
from production.experiments.clusters import effective, standard_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.ports import Floats, Instants

#: A mean weight may differ from 1 by as many standard errors.
ERRORS = 3.0


class GateLimits(Closed, frozen=True, kw_only=True):
    """What a log needs so that an estimate of it may be read.

    Attributes:
        effective: The least effective sample size, in keys.
        largest: The largest share of all weight that one key may have.
        mean: How far the mean weight may differ from 1, where chance does not explain more.
        known: The least share of events that the arms predicted in the shadow, where they did.
    """

    effective: Annotated[float, msgspec.Meta(ge=2)]
    largest: Annotated[float, msgspec.Meta(gt=0, le=1)]
    mean: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    known: Annotated[float, msgspec.Meta(gt=0, le=1)]


class WeightCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The weights of a policy on a log.

    Attributes:
        effective: The effective sample size, in keys.
        largest: The largest share of all weight that one key has.
        mean: The mean weight: 1 if the log has what the policy does, with the right propensities.
        most: The largest weight of an event.
        failures: The gates that failed, each in a few words.
    """

    effective: float
    largest: float
    mean: float
    most: float
    failures: tuple[str, ...]


def check_weights(weights: Floats, key: Instants, limits: GateLimits) -> WeightCheck:
    """Return what a policy's weights on a log are, and which gates they fail.

    Args:
        weights: The weight of each event, (n,).
        key: The key of each event, (n,).
        limits: The gates.
    """
    sums = np.bincount(key, weights=weights)
    total = float(sums.sum())
    if not total:
        failures: tuple[str, ...] = ("no logged event is one that it would have served so",)
        return WeightCheck(effective=0.0, largest=1.0, mean=0.0, most=0.0, failures=failures)
    check = WeightCheck(
        effective=effective(weights, key),
        largest=float(sums.max()) / total,
        mean=float(weights.mean()),
        most=float(weights.max()),
        failures=(),
    )
    tolerance = max(limits.mean, ERRORS * standard_error(weights, key))
    return msgspec.structs.replace(check, failures=tuple(_failures(check, limits, tolerance)))


def _failures(check: WeightCheck, limits: GateLimits, tolerance: float) -> Iterator[str]:
    """Yield which gates fail."""
    if check.effective < limits.effective:
        yield (
            f"the effective sample size is {check.effective:.0f} keys, at least "
            f"{limits.effective:.0f} are needed"
        )
    if check.largest > limits.largest:
        yield f"one key has {check.largest:.1%} of all weight, at most {limits.largest:.1%} may be"
    if abs(check.mean - 1) > tolerance:
        yield (
            f"the mean weight is {check.mean:.2f}, expected 1: the log lacks events that it would "
            "have served, or its propensities are not those that were drawn by"
        )
