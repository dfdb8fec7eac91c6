"""The product's times: what is learned, tested and operated, chosen by when outcomes arrive."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.moment import DAY, HOUR, MINUTE, iso, rounded_up

if TYPE_CHECKING:
    from contracts.ports import Instants

#: The share of outcomes that have arrived when operation starts, and what of that time is learned.
BEFORE, LEARNED = 0.4, 0.7
#: How many times as long as outcomes take that time is, up to what share of all of it.
LAGS, MOST = 6, 0.7
#: The fewest outcomes to learn from, to test on, and in a holdout.
LEARN, TEST, HOLDOUT = 100, 40, 300
#: The fewest outcomes that a holdout has on average. A gate is undecided with fewer than 30; by
#: chance a holdout of 30 on average has fewer half of the time, one of 45 about once in a hundred.
JUDGED = 45
#: How many refreshes a history has at most, and the periods they may have, in days.
REFRESHES, PERIODS = 40, (1, 7, 14, 30, 90)
#: From how many days on a history is measured in whole days.
DAYS = 14


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """Moments in microseconds, and lengths of time in them.

    Attributes:
        history: Where the data begin.
        test: Where learning ends and its test begins.
        start: Where the test ends and operation begins.
        until: Where operation ends.
        folds: How many folds compare parameters.
        horizon: How long each is tested.
        holdout: The last outcomes that a gate judges by.
        refresh: How often the model is refreshed.
        period: How long a day of the naive baseline is.
        lag: How long nine of ten outcomes take.
        offset: When the product's day begins, after midnight UTC.
    """

    history: int
    test: int
    start: int
    until: int
    folds: int
    horizon: int
    holdout: int
    refresh: int
    period: int
    lag: int
    offset: int = 0

    @property
    def tested_days(self) -> int:
        """How many days the test lies in: clauses take each for one observation."""
        first, last = (self.test - self.offset) // DAY, (self.start - 1 - self.offset) // DAY
        return last - first + 1


def choose(
    times: Instants,
    settled: Instants,
    arrived: Instants,
    *,
    timed: bool = True,
    offset: int = 0,
) -> Windows:
    """Return the windows of a history; long ones begin and end where the product's days do.

    Args:
        times: When each event happened.
        settled: When the events with an outcome happened.
        arrived: When each of those outcomes arrived.
        timed: Whether these are times of the data, and not of rows one after another.
        offset: When the product's day begins, after midnight UTC.

    Raises:
        DataError: There are too few outcomes, or they arrive too late, to learn and test.
    """
    span = int(times.max() - times.min())
    unit = next((each for each in (DAY, HOUR) if span >= DAYS * each), MINUTE)
    history = _down(int(times.min()), unit, offset)
    until = _down(int(times.max()), unit, offset) + unit
    lag = int(np.quantile(arrived - settled, 0.9))
    start = int(np.quantile(arrived, BEFORE))
    # Slow outcomes need more time before operation: to learn from them, and to test on them.
    start = max(start, min(history + LAGS * lag, history + int(span * MOST)))
    start = min(_down(start, unit, offset) + unit, until - unit)
    test = _down(history + int((start - history) * LEARNED), unit, offset)
    test = max(history + unit, min(test, _down(start - 2 * lag, unit, offset)))
    more = _more(span, lag)
    _check(settled, arrived, history=history, test=test, start=start, timed=timed, more=more)
    folds, horizon = _folds(
        settled, arrived, history=history, test=test, lag=lag, unit=unit, more=more
    )
    rate = len(arrived) / max(span, 1)
    most = max(unit, _down((start - history) // 4, unit))
    holdout, least = (min(most, _down(int(n / rate), unit) + unit) for n in (HOLDOUT, JUDGED))
    # What serves has learned all that was known at its refresh. A holdout that reaches back before
    # it would hold a challenger against a champion that has seen the answers; one that begins just
    # there, against the same model: half of the time between two refreshes is left to learn.
    refresh = max(2 * least, _refresh(until - start, unit))
    return Windows(
        history=history,
        test=test,
        start=start,
        until=until,
        folds=folds,
        horizon=horizon,
        holdout=min(holdout, _down(refresh // 2, unit)),
        refresh=refresh,
        period=_period(rate, unit),
        lag=lag,
        offset=offset,
    )


def _more(span: int, lag: int) -> str:
    """Return what is to be given where outcomes are too few, or arrive too late."""
    least = math.ceil(lag * LAGS / MOST)
    data = f"data of {rounded_up(least)} or longer" if span < least else "more data"
    return f"give {data}, or say with arrived=… that outcomes are known earlier"


def _check(
    settled: Instants,
    arrived: Instants,
    *,
    history: int,
    test: int,
    start: int,
    timed: bool,
    more: str,
) -> None:
    learned = int((arrived < test).sum())
    tested = int(((settled >= test) & (arrived < start)).sum())
    if learned >= LEARN and tested >= TEST:
        return
    enough = math.ceil(LEARN / (BEFORE * LEARNED) / 10) * 10
    if not timed or len(arrived) < enough:
        raise DataError(
            f"too few outcomes: {len(arrived):,} rows have one, of which {learned:,} would be "
            f"learned from and {tested:,} be tested on; at least {LEARN} and {TEST} are needed",
            hint=f"give more rows with an outcome: about {enough} or more",
        )
    raise DataError(
        f"too few outcomes: {len(arrived):,} in all, of which {learned:,} arrived from "
        f"{iso(history)} to {iso(test)} to learn from, and {tested:,} to {iso(start)} to test on",
        hint=f"at least {LEARN} and {TEST} are needed: {more}",
    )


def _folds(
    settled: Instants,
    arrived: Instants,
    *,
    history: int,
    test: int,
    lag: int,
    unit: int,
    more: str,
) -> tuple[int, int]:
    """Return how many folds there are, and how long each is.

    Raises:
        DataError: Not even one fold has something to learn from and to test on.
    """
    horizon = max(unit, _down(max((test - history) // 6, 2 * lag), unit))
    for folds in (2, 1):
        cuts = [test - horizon * place for place in range(folds, 0, -1)]
        learned = [int((arrived < cut).sum()) for cut in cuts]
        tested = [
            int(((settled >= cut) & (settled < cut + horizon) & (arrived < test)).sum())
            for cut in cuts
        ]
        if min(learned) >= LEARN // 2 and min(tested) >= TEST // 4:
            return folds, horizon
    raise DataError(
        f"outcomes arrive too late, or are too few, to compare parameters before {iso(test)}",
        hint=more,
    )


def _refresh(operation: int, unit: int) -> int:
    """Return how often to refresh: a week, unless that is too often or too seldom."""
    if unit != DAY:
        return max(unit, _down(operation // 8, unit))
    periods = [each * DAY for each in PERIODS if each * DAY * REFRESHES >= operation]
    usual = next(iter(periods), PERIODS[-1] * DAY)
    return usual if operation < 8 * 7 * DAY else max(7 * DAY, usual)


def _period(rate: float, unit: int) -> int:
    """Return the shortest day, week or hour in which some tens of outcomes arrive."""
    periods = (DAY, 7 * DAY, 28 * DAY) if unit == DAY else (unit, 6 * unit, 24 * unit)
    return next((each for each in periods if rate * each >= HOLDOUT / 10), periods[-1])


def _down(moment: int, unit: int, offset: int = 0) -> int:
    return (moment - offset) // unit * unit + offset
