"""A proposed selector on the live log: what it would have earned beside the one that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.config.settings import Closed
from contracts.moment import END_OF_TIME, instant
from contracts.score.metric.port import Direction
from production.experiments.evidence import ReplayEvidence, ReplayVerdict, verdict
from production.experiments.gates import GateLimits
from production.experiments.policy import Policy
from production.experiments.replay_events import ReplayEvents

if TYPE_CHECKING:
    from contracts.contract import Contract
    from production.experiments.arm_log import Booleans
    from production.experiments.history import ArmHistory
    from production.feedback.choices import ChoiceLog, Mirrors

Basis = Literal["shadows", "weights"]


class ReplayOptions(Closed, frozen=True, kw_only=True):
    """What of the log is read, and what must hold of it.

    Attributes:
        since: The first event time, ISO 8601; none for all.
        until: The first event time that is too late; none for all.
        shadows: Whether predictions in the shadow count as what their arms would have earned.
        alpha: The probability that an interval misses the truth.
        gates: What a log needs so that an estimate may be read.
    """

    since: str | None
    until: str | None
    shadows: bool
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    gates: GateLimits

    @property
    def window(self) -> tuple[int, int]:
        """The window of event time, microseconds."""
        start = 0 if self.since is None else instant(self.since)
        return start, END_OF_TIME if self.until is None else instant(self.until)


class SelectorReplay(msgspec.Struct, frozen=True, kw_only=True):
    """What the log says of a proposed selector.

    Attributes:
        product: The product.
        metric: The metric whose losses are the rewards.
        direction: Which way is better.
        alpha: The probability that an interval misses the truth.
        proposed: The proposed selector's policy.
        current: The policy of the selector that serves.
        revisions: The manifests whose events were read.
        events: The number of their events with an outcome.
        start: The time of the first of them, microseconds; none without any.
        end: The time of the last.
        evidence: What the log says, by what it is based on, the one that is judged by first.
        verdict: What that comes to.
        reasons: Why the log cannot tell; empty if it can.
    """

    product: str
    metric: str
    direction: Direction
    alpha: float
    proposed: Policy
    current: Policy
    revisions: range
    events: int
    start: int | None
    end: int | None
    evidence: dict[Basis, ReplayEvidence]
    verdict: ReplayVerdict
    reasons: tuple[str, ...]

    @property
    def basis(self) -> Basis:
        """What the verdict is based on."""
        return next(iter(self.evidence))


def replay_log(
    log: ChoiceLog,
    contract: Contract,
    history: ArmHistory,
    *,
    proposed: Policy,
    current: Policy,
    options: ReplayOptions,
) -> SelectorReplay:
    """Judge a proposed policy by the events that were logged since all its arms are there.

    Args:
        log: The live log.
        contract: Its metrics say what an event earns.
        history: The manifests.
        proposed: The proposed policy, over the newest manifest's arms.
        current: The policy that serves.
        options: What of the log is read, and what must hold of it.

    Raises:
        ConfigError: None of the contract's metrics is a mean of losses.
        DataError: Outcomes are of different kinds, or the log lacks the input that a selector tells
            events apart by.
    """
    used = proposed.used | current.used
    arms = [arm for arm, is_used in zip(history.arms, used, strict=True) if is_used]
    revisions = range(max(history.lines[arm].start for arm in arms), history.running.stop)
    start, end = options.window
    by_segment = proposed.column is not None or current.column is not None
    choices = log.scored(revisions, start=start, end=end, features=by_segment)
    mirrors = log.mirrored(revisions if options.shadows else range(0), start=start, end=end)
    events = ReplayEvents(contract, history, choices, proposed, current)
    evidence = _evidence(events, mirrors, used, options)
    judged = next(iter(evidence.values()))
    return SelectorReplay(
        product=contract.product,
        metric=events.metric.name,
        direction=events.metric.direction,
        alpha=options.alpha,
        proposed=proposed,
        current=current,
        revisions=revisions,
        events=len(choices.id),
        start=int(choices.time[0]) if len(choices.id) else None,
        end=int(choices.time[-1]) if len(choices.id) else None,
        evidence=evidence,
        verdict=verdict(judged),
        reasons=tuple(dict.fromkeys(why for each in evidence.values() for why in each.failures))
        if judged.failures
        else (),
    )


def _evidence(
    events: ReplayEvents, mirrors: Mirrors, used: Booleans, options: ReplayOptions
) -> dict[Basis, ReplayEvidence]:
    """Return what events say, by what it is based on: shadows first, where they can tell."""
    limits, alpha = options.gates, options.alpha
    evidence: dict[Basis, ReplayEvidence] = {"weights": events.weighted(used, limits, alpha)}
    if options.shadows:
        of_shadows = events.known(mirrors, used, limits, alpha)
        if of_shadows.estimates:
            evidence = {"shadows": of_shadows, **evidence}
    return dict(sorted(evidence.items(), key=lambda item: bool(item[1].failures)))
