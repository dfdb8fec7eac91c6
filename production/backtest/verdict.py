"""What a backtest says a team should do: a verdict of a closed set, in words and in figures."""

from __future__ import annotations

import math

import msgspec

from contracts.score.bootstrap import Interval
from production.backtest.advice import day, sentences
from production.backtest.evidence import Margin, RefreshCost, RefreshEvidence, VerdictCode

#: Fewer days than two weeks hold no weekday twice: an interval drawn from them is too narrow.
LEAST_DAYS = 14
#: More days than that are no practical advice.
MOST_DAYS = 3_650


class RefreshVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What to do, and why.

    Attributes:
        code: One of a closed set.
        words: The verdict in sentences.
        lifecycle: What refreshed, by its name.
        metric: What it was judged by.
        gain: Of refreshing over a static first generation, in the metric's unit.
        relative: The same as a share of what the static generation scored.
        margin: The largest difference without meaning.
        cost: What refreshing took.
        since: From which day on the static generation falls behind, ISO 8601.
        more_days: About how many more days of outcomes would tell.
        none_beats_naive: Whether neither is shown to beat the naive baseline, a first generation
            surely not.
    """

    code: VerdictCode
    words: str
    lifecycle: str
    metric: str
    gain: Interval
    relative: Interval
    margin: Margin
    cost: RefreshCost
    since: str | None = None
    more_days: int | None = None
    none_beats_naive: bool = False


def judge(evidence: RefreshEvidence) -> RefreshVerdict:
    """Return the verdict on a run."""
    code = decide(evidence)
    needed = more_days(evidence) if code == "cannot_tell" else None
    return RefreshVerdict(
        code=code,
        words=sentences(code, evidence, more_days=needed),
        lifecycle=evidence.lifecycle,
        metric=evidence.metric,
        gain=evidence.gain,
        relative=_share(evidence.gain, evidence.static),
        margin=evidence.margin,
        cost=evidence.cost,
        since=day(evidence.decays_from) if code == "static_decays_from" else None,
        more_days=needed,
        none_beats_naive=evidence.none_beats_naive,
    )


def decide(evidence: RefreshEvidence) -> VerdictCode:
    """Return what the figures say, by their intervals alone.

    What serves worse than the naive baseline is not worth a lifecycle, unless it is the refreshes
    that spoil it. What never refreshed cannot tell what a refresh is worth, nor can a few days.
    """
    gain, margin = evidence.gain, evidence.margin.value
    if evidence.days < LEAST_DAYS:
        return "cannot_tell"
    if evidence.skill.high < 0 and not evidence.static_skill.low > 0:
        return "worse_than_naive"
    if not evidence.cost.promoted or not evidence.timed:
        return "cannot_tell"
    if evidence.decays_from is not None:
        return "static_decays_from"
    if gain.low > margin:
        return "refresh"
    return "refresh_not_worth_it" if gain.high <= margin else "cannot_tell"


def more_days(evidence: RefreshEvidence) -> int | None:
    """Return about how many more days would move the interval off the margin.

    An interval narrows with the square root of the days.

    Returns:
        None if no practical number of days would, or nothing was refreshed.
    """
    gain, margin = evidence.gain, evidence.margin.value
    missing = LEAST_DAYS - evidence.days
    distance = abs(gain.value - margin)
    reach = gain.value - gain.low if gain.value > margin else gain.high - gain.value
    if not evidence.cost.promoted or not evidence.timed:
        return None
    if not distance or not math.isfinite(reach):
        return missing if missing > 0 else None
    days = math.ceil(evidence.days * (reach / distance) ** 2) - evidence.days
    return max(days, missing, 1) if days <= MOST_DAYS else None


def _share(gain: Interval, static: float) -> Interval:
    """Return a gain as a share of what the static generation scored."""
    whole = abs(static) or math.nan
    return Interval(value=gain.value / whole, low=gain.low / whole, high=gain.high / whole)
