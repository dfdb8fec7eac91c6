"""What a refresh is worth, and what it costs: learned from the refreshes on record.

Both are counted in the same money: a second of training has a price, and one unit of the metric on
one event a value. What a refresh brings is what its challenger gained over the champion on the
gate's holdout, which neither had learned.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from contracts.moment import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.score.metric.port import Metric
    from production.registry.trainings import Training

#: The rule under which a refresh has on record what was made, and what it took.
RULE = "worth"
#: With fewer refreshes on record nobody knows what one is worth: then each is made.
LEAST = 3
#: So often both kinds are compared before one is trusted, while that costs no more than this share
#: of what refreshes have brought.
COMPARED, SHARE = 8, 0.1
#: With so many standard errors on top the gain counts, so that in doubt a refresh is made.
DOUBT = 2
#: Of each kind the median of the last trainings is what one takes.
TAKEN = 9
#: What the naive baseline's score of one event is worth, where a unit of the metric has no price.
CENT = 0.01
#: What each refresh counts beside the next one: half as much after ten.
FADE = 0.5 ** (1 / 10)

Kind = Literal["rest", "incremental", "full", "compare"]


class RefreshCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh costs and brings.

    Attributes:
        second: The price of a second of training.
        unit: What it is worth that the metric of one event is better by one; none for what makes
            the naive baseline's whole score worth `CENT`.
        compare: After how long both kinds of refresh are made again, and compared, microseconds.
        longest: After how long without a refresh one is made whatever it costs, microseconds.
    """

    second: float
    unit: float | None
    compare: int
    longest: int


class PastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh on record brought and took.

    Attributes:
        at: When it was asked for, microseconds.
        days: How many days of outcomes its challenger had learned that the champion had not.
        gain: By how much its challenger was better, for each event: on the first day of the holdout
            where that is on record, otherwise on all of it.
        full: The seconds of a fit anew; none where none was made.
        incremental: The seconds of a resumed model; none where none was made.
        advantage: By how much the fit anew was better than the resumed model; none for one alone.
        naive: The naive baseline's score on the holdout; none where it has none.
    """

    at: int
    days: float
    gain: float
    full: float | None
    incremental: float | None
    advantage: float | None
    naive: float | None = None


class RefreshChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What is made of a refresh that a trigger asks for, and why."""

    kind: Kind
    why: str


class RefreshPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where a product stands when a trigger asks for a refresh; times in microseconds.

    Attributes:
        moment: The moment.
        learned: Up to where what serves has learned.
        based: When its line was fitted anew.
        events: How many events a day come.
        resumes: Whether the learner can go on from a model.
    """

    moment: int
    learned: int
    based: int
    events: float
    resumes: bool


def past_refreshes(
    trainings: Iterable[Training], metric: Metric, *, holdout: int
) -> tuple[PastRefresh, ...]:
    """Return what refreshes on record brought, of those that the holdout could tell.

    Args:
        trainings: The trainings on record, oldest first.
        metric: The metric that counts.
        holdout: The gate's holdout, microseconds.
    """
    sign = 1 if metric.direction == "lower" else -1
    past: list[PastRefresh] = []
    champion: tuple[int, int] | None = None  # when it was made, and up to where it has learned
    for each in trainings:
        scores = each.detail.get("scores", {})
        score, other = scores.get(metric.name), scores.get(f"champion.{metric.name}")
        if champion is not None and score is not None and other is not None:
            figures = _figures(each)
            gain = figures.get("gain", sign * (other - score))
            days = (each.requested_at - holdout - _compared(champion, each, holdout)) / DAY
            if days > 0 and math.isfinite(gain):
                past.append(
                    PastRefresh(
                        at=each.requested_at,
                        days=days,
                        gain=gain,
                        full=figures.get("full"),
                        incremental=figures.get("incremental"),
                        advantage=figures.get("advantage"),
                        naive=scores.get(f"naive.{metric.name}"),
                    )
                )
        if each.verdict == "promoted":
            lineage = each.detail.get("lineage")
            learned = lineage["judged"]["known_by"] if lineage else each.known_by
            champion = each.requested_at, learned
    return tuple(past)


def _compared(champion: tuple[int, int], training: Training, holdout: int) -> int:
    """Return up to where the champion had learned as it was compared, microseconds.

    One that has learned a part of the holdout was compared as it had been judged: see `FullRefit`.
    """
    made, learned = champion
    return learned if learned <= training.requested_at - holdout else made - holdout


def choose(
    past: Sequence[PastRefresh], position: RefreshPosition, costs: RefreshCosts
) -> RefreshChoice:
    """Return what is made of a refresh that a trigger asks for.

    What serves has cost, each day since it was refreshed, what refreshes usually gain. It is
    refreshed once that reaches the price of one: as in renting skis, never more than twice the cost
    of the best decision with the future known. Where staleness grows with each day, refreshes come
    a bit too early, at 6 % more than the cheapest interval costs. Of two kinds of refresh the
    dearer one is made where what it is better by, until it is made again, is worth the difference.

    A few days of outcomes tell little: what is learned has a standard error. In doubt the model is
    refreshed, so that more becomes known, by the kind that is cheaper.

    Args:
        past: What refreshes brought, oldest first.
        position: Where the product stands.
        costs: What a refresh costs and brings.
    """
    if len(past) < LEAST:
        return _first(past, position)
    days = (position.moment - position.learned) / DAY
    mean, error = _faded([each.gain for each in past])
    daily = position.events * (_unit(past) if costs.unit is None else costs.unit)
    stale = daily * (mean + DOUBT * error) * days
    prices = {
        kind: costs.second * median(taken) for kind, taken in _seconds(past, position).items()
    }
    cheapest = min(prices.values())
    words = (
        f"{days:.3g} days without the {mean:.2g} ± {error:.2g} that a refresh gains, on "
        f"{position.events:,.0f} events daily, have cost {stale:.3g} at most; a refresh costs "
        f"{cheapest:.3g}"
    )
    if stale < cheapest and position.moment - position.learned < costs.longest:
        return RefreshChoice(kind="rest", why=f"not worth it: {words}")
    if "incremental" not in prices:
        return RefreshChoice(kind="full", why=words)
    more = prices["full"] - prices["incremental"]
    return _of_two(past, position, costs, daily=daily, more=more, words=words)


def _first(past: Sequence[PastRefresh], position: RefreshPosition) -> RefreshChoice:
    """Return what is made while nobody knows what a refresh is worth: each kind is tried."""
    why = f"{len(past)} of the {LEAST} refreshes are on record that tell what one is worth"
    if not position.resumes:
        return RefreshChoice(kind="full", why=why)
    compared = any(each.advantage is not None for each in past)
    return RefreshChoice(kind="incremental" if compared else "compare", why=why)


def _of_two(
    past: Sequence[PastRefresh],
    position: RefreshPosition,
    costs: RefreshCosts,
    *,
    daily: float,
    more: float,
    words: str,
) -> RefreshChoice:
    """Return which of two kinds of refresh is made, or that both are."""
    compared = [each for each in past if each.advantage is not None]
    is_due = len(compared) < COMPARED or position.moment - compared[-1].at >= costs.compare
    if is_due and _may_compare(past, compared, costs, daily=daily, more=more):
        return RefreshChoice(kind="compare", why=f"{words}; both kinds are compared again")
    if len(compared) < LEAST:
        why = f"{words}; comparing it with a fit anew would cost too much"
        return RefreshChoice(kind="incremental", why=why)
    mean, error = _faded([each.advantage or 0.0 for each in compared])
    better = mean - error
    days = (position.moment - position.based) / DAY
    worth = daily * better * days
    anew = f"a fit anew is worth {worth:.3g} more over {days:.3g} days and costs {more:.3g} more"
    return RefreshChoice(kind="full" if worth > more else "incremental", why=f"{words}; {anew}")


def _may_compare(
    past: Sequence[PastRefresh],
    compared: Sequence[PastRefresh],
    costs: RefreshCosts,
    *,
    daily: float,
    more: float,
) -> bool:
    """Return whether one more comparison leaves most of what refreshes have brought."""
    brought = daily * sum(each.gain * each.days for each in past)
    return costs.second * sum(each.full or 0.0 for each in compared) + more <= SHARE * max(
        brought, 0.0
    )


def _unit(past: Sequence[PastRefresh]) -> float:
    """Return what a unit of the metric is worth on one event, by the naive baseline's scores."""
    scores = [abs(each.naive) for each in past if each.naive is not None][-TAKEN:]
    naive = median(scores) if scores else 0.0
    return CENT / naive if naive > 0 else 0.0


def _seconds(
    past: Sequence[PastRefresh], position: RefreshPosition
) -> dict[Literal["full", "incremental"], list[float]]:
    """Return what the last refreshes of each kind took."""
    full = [each.full for each in past if each.full is not None][-TAKEN:]
    resumed = [each.incremental for each in past if each.incremental is not None][-TAKEN:]
    if not position.resumes or not resumed:
        return {"full": full or [0.0]}
    return {"full": full or resumed, "incremental": resumed}


def _faded(gains: Sequence[float]) -> tuple[float, float]:
    """Return the mean of gains, of which old ones count less, and its standard error.

    >>> _faded([2.0, 2.0])
    (2.0, 0.0)
    """
    weights = FADE ** np.arange(len(gains) - 1, -1, -1)
    weights /= weights.sum()
    mean = float(weights @ np.array(gains))
    left = weights * (np.array(gains) - mean)
    return mean, float(np.sqrt(left @ left))


def _figures(training: Training) -> dict[str, float]:
    """Return what a refresh has on record of its kinds."""
    found = (each for each in training.detail.get("findings", ()) if each["rule"] == RULE)
    figures: dict[str, float] = {}
    figures |= next((each["figures"] for each in found), figures)
    made = [name for name in ("full", "incremental") if name in figures]
    if len(made) < 2:
        figures |= dict.fromkeys(made or ["full"], training.seconds)  # with the refit
    return figures
