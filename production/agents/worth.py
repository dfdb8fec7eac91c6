"""What a refresh is worth, and what it costs: learned from the refreshes on record.

Both are counted in the same money: a second of training has a price, and one unit of the metric on
one event a value. What a refresh brings is what its challenger gained over the champion on the
gate's holdout, which neither had learned.
"""

from __future__ import annotations

import math
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
#: So often both kinds are compared before one is trusted.
COMPARED = 8
#: What each refresh counts beside the next one: half as much after ten.
FADE = 0.5 ** (1 / 10)

Kind = Literal["rest", "incremental", "full", "compare"]


class RefreshCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh costs and brings.

    Attributes:
        second: The price of a second of training.
        unit: What it is worth that the metric of one event is better by one.
        compare: After how long both kinds of refresh are made again, and compared, microseconds.
        longest: After how long without a refresh one is made whatever it costs, microseconds.
    """

    second: float
    unit: float
    compare: int
    longest: int


class PastRefresh(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh on record brought and took.

    Attributes:
        at: When it was asked for, microseconds.
        days: How many days of outcomes its challenger had learned that the champion had not.
        gain: By how much its challenger was better on the holdout, for each event.
        full: The seconds of a fit anew; none where none was made.
        incremental: The seconds of a resumed model; none where none was made.
        advantage: By how much the fit anew was better than the resumed model; none for one alone.
    """

    at: int
    days: float
    gain: float
    full: float | None
    incremental: float | None
    advantage: float | None


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
    past, champion = [], None
    for each in trainings:
        scores = each.detail.get("scores", {})
        score, other = scores.get(metric.name), scores.get(f"champion.{metric.name}")
        if champion is not None and score is not None and other is not None:
            figures = _figures(each)
            gain, days = sign * (other - score), (each.requested_at - holdout - champion) / DAY
            if days > 0 and math.isfinite(gain):
                past.append(
                    PastRefresh(
                        at=each.requested_at,
                        days=days,
                        gain=gain,
                        full=figures.get("full"),
                        incremental=figures.get("incremental"),
                        advantage=figures.get("advantage"),
                    )
                )
        if each.verdict == "promoted":
            lineage = each.detail.get("lineage")
            champion = lineage["judged"]["known_by"] if lineage else each.known_by
    return tuple(past)


def choose(
    past: Sequence[PastRefresh], position: RefreshPosition, costs: RefreshCosts
) -> RefreshChoice:
    """Return what is made of a refresh that a trigger asks for.

    A model that grows stale by the same amount each day has cost, since it was refreshed, the
    square of its age in days. It is refreshed once that reaches the price of a refresh: the
    cheapest schedule there is for a constant staleness, and never more than twice the cost of the
    best one where nothing is known of the future, as in renting skis. Of two kinds of refresh the
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
    mean, error = _faded([(each.gain, each.days) for each in past])
    daily = mean + error
    stale = costs.unit * position.events * daily * days**2 / 2
    prices = {kind: costs.second * _mean(taken) for kind, taken in _seconds(past, position).items()}
    cheapest = min(prices.values())
    words = (
        f"{days:.3g} days stale at {mean:.2g} ± {error:.2g} a day, on {position.events:,.0f} "
        f"events daily, have cost {stale:.3g} at most; a refresh costs {cheapest:.3g}"
    )
    if stale < cheapest and position.moment - position.learned < costs.longest:
        return RefreshChoice(kind="rest", why=f"not worth it: {words}")
    if "incremental" not in prices:
        return RefreshChoice(kind="full", why=words)
    return _of_two(past, position, costs, more=prices["full"] - prices["incremental"], words=words)


def _first(past: Sequence[PastRefresh], position: RefreshPosition) -> RefreshChoice:
    """Return what is made while nobody knows what a refresh is worth: each kind is tried."""
    why = f"{len(past)} of the {LEAST} refreshes are on record that tell what one is worth"
    if not position.resumes:
        return RefreshChoice(kind="full", why=why)
    return RefreshChoice(kind="compare", why=why)


def _of_two(
    past: Sequence[PastRefresh],
    position: RefreshPosition,
    costs: RefreshCosts,
    *,
    more: float,
    words: str,
) -> RefreshChoice:
    """Return which of two kinds of refresh is made, or that both are."""
    compared = [each for each in past if each.advantage is not None]
    if len(compared) < COMPARED or position.moment - compared[-1].at >= costs.compare:
        return RefreshChoice(kind="compare", why=f"{words}; both kinds are compared again")
    mean, error = _faded([(each.advantage or 0.0, 1.0) for each in compared])
    better = mean - error
    days = (position.moment - position.based) / DAY
    worth = costs.unit * position.events * better * days
    anew = f"a fit anew is worth {worth:.3g} more over {days:.3g} days and costs {more:.3g} more"
    return RefreshChoice(kind="full" if worth > more else "incremental", why=f"{words}; {anew}")


def _seconds(
    past: Sequence[PastRefresh], position: RefreshPosition
) -> dict[Literal["full", "incremental"], list[float]]:
    """Return what the last refreshes of each kind took."""
    full = [each.full for each in past if each.full is not None][-LEAST:]
    resumed = [each.incremental for each in past if each.incremental is not None][-LEAST:]
    if not position.resumes or not resumed:
        return {"full": full or [0.0]}
    return {"full": full or resumed, "incremental": resumed}


def _mean(taken: Sequence[float]) -> float:
    return sum(taken) / len(taken)


def _faded(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return how much of the first numbers comes with one of the second, and its standard error.

    Old ones count less.

    >>> _faded([(2.0, 1.0), (4.0, 2.0)])
    (2.0, 0.0)
    """
    first, other = np.array(pairs).T
    weights = FADE ** np.arange(len(pairs) - 1, -1, -1)
    ratio = float(weights @ first / (weights @ other))
    left = weights * (first - ratio * other)
    return ratio, float(np.sqrt(left @ left) / (weights @ other))


def _figures(training: Training) -> dict[str, float]:
    """Return what a refresh has on record of its kinds."""
    found = (each for each in training.detail.get("findings", ()) if each["rule"] == RULE)
    figures: dict[str, float] = {}
    figures |= next((each["figures"] for each in found), figures)
    if "advantage" in figures:
        return figures
    return dict.fromkeys(figures or ("full",), training.seconds)  # with the refit
