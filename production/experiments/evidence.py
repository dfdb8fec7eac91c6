"""Evidence of what a proposed policy gains over the current one: estimates, and gates on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from contracts.ports import Floats
from contracts.score.bootstrap import Interval
from production.experiments.clusters import clustered, effective
from production.experiments.doubly_robust import doubly_robust
from production.experiments.gates import GateLimits, WeightCheck, check_weights
from production.experiments.ips import ips, weights
from production.experiments.self_normalised import self_normalised

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.ports import Instants
    from production.experiments.arm_log import ArmLog

Estimator = Literal["direct", "doubly_robust", "self_normalised", "ips"]
ReplayVerdict = Literal["better", "worse", "no_difference", "log_cannot_tell"]
#: The estimators that weigh logged events, the one that is judged by first.
WEIGHTED: dict[Estimator, Callable[[ArmLog, Floats], Floats]] = {
    "doubly_robust": doubly_robust,
    "self_normalised": self_normalised,
    "ips": ips,
}


#: The part of what an event earns below which two policies earn the same: rounding, since the same
#: rewards are summed with other shares.
ROUNDING = 1e-9


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The probabilities of arms under two policies, (n, arms) each.

    Attributes:
        proposed: Those of the proposed selector.
        current: Those of the selector that serves.
    """

    proposed: Floats
    current: Floats


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What two policies earn by one estimator, in the reward's unit, with intervals.

    Attributes:
        estimator: The estimator.
        proposed: What the proposed policy earns.
        current: What the current one earns.
        gain: How much more the proposed one earns.
        events: The number of events it is of.
        keys: The number of their keys.
    """

    estimator: Estimator
    proposed: Interval
    current: Interval
    gain: Interval
    events: int
    keys: int


class ReplayEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a log says of two policies, by one kind of evidence.

    Attributes:
        estimates: The estimates, the one that is judged by first.
        failures: The gates that failed; if any did, the log cannot tell by this evidence.
        proposed: The proposed policy's weights; none without weights.
        current: The current policy's.
    """

    estimates: tuple[Estimate, ...]
    failures: tuple[str, ...]
    proposed: WeightCheck | None = None
    current: WeightCheck | None = None


def weighted(log: ArmLog, pair: Pair, limits: GateLimits, alpha: float) -> ReplayEvidence:
    """Return what logged events say of two policies by their weights."""
    checks = {
        name: check_weights(weights(log, probability), log.key, limits)
        for name, probability in (("proposed", pair.proposed), ("current", pair.current))
    }
    keys = min(check.effective for check in checks.values())
    estimates = tuple(
        _estimate(name, estimator(log, pair.proposed), estimator(log, pair.current), log.key,
                  alpha=alpha, keys=keys)
        for name, estimator in WEIGHTED.items()
    )  # fmt: skip
    failures = tuple(
        f"{name} selector: {failure}"
        for name, check in checks.items()
        for failure in check.failures
    )
    return ReplayEvidence(estimates=estimates, failures=failures, **checks)


def known(
    proposed: Floats, current: Floats, key: Instants, limits: GateLimits, alpha: float
) -> ReplayEvidence:
    """Return what events say of two policies where all that their arms would earn is known.

    Args:
        proposed: What the proposed policy earns at each event, NaN where it is not known, (n,).
        current: What the current one earns.
        key: The events' keys.
        limits: The gates.
        alpha: The probability that an interval misses the truth.
    """
    complete = ~np.isnan(proposed) & ~np.isnan(current)
    rows = key[complete]
    keys = effective(np.ones(len(rows)), rows)
    failures = []
    if keys < limits.effective:
        failures.append(
            f"the shadows' events are worth {keys:.0f} keys, at least {limits.effective:.0f} are "
            "needed"
        )
    if len(key) and complete.mean() < limits.known:
        failures.append(
            f"the shadows predicted {complete.mean():.1%} of their events, at least "
            f"{limits.known:.1%} are needed: those that fail may be the hard ones"
        )
    estimate = _estimate(
        "direct", proposed[complete], current[complete], rows, alpha=alpha, keys=max(keys, 1.0)
    )
    return ReplayEvidence(estimates=(estimate,) if len(rows) else (), failures=tuple(failures))


def verdict(evidence: ReplayEvidence) -> ReplayVerdict:
    """Return what evidence comes to."""
    if evidence.failures or not evidence.estimates:
        return "log_cannot_tell"
    gain = evidence.estimates[0].gain
    if gain.low > 0:
        return "better"
    return "worse" if gain.high < 0 else "no_difference"


def _estimate(
    name: Estimator, proposed: Floats, current: Floats, key: Instants, *, alpha: float, keys: float
) -> Estimate:
    interval = partial(clustered, key=key, alpha=alpha, keys=keys)
    same = np.isclose(proposed, current, rtol=ROUNDING, atol=0)
    return Estimate(
        estimator=name,
        proposed=interval(proposed),
        current=interval(current),
        gain=interval(np.where(same, 0.0, proposed - current)),
        events=len(key),
        keys=len(np.unique(key)),
    )
