"""The product's times: what is learned, tested and operated, chosen by when outcomes arrive."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.moment import DAY, HOUR, MINUTE, iso, rounded_up

if TYPE_CHECKING:
    from contracts.ports import Instants

#: The share of outcomes that have arrived when operation starts, more where these are too few, and
#: what of that time is learned.
BEFORE, LEARNED = (0.4, 0.5, 0.6, 0.7), 0.7
#: How many times as long as outcomes take that time is, up to what share of all of it.
LAGS, MOST = 6, 0.7
#: How many times as long as outcomes take a test and a fold are at least, if that leaves enough to
#: learn from; and how long data must be for the last of these.
SLACKS, NEEDED = (2.0, 1.5, 1.25), 5.5
#: The fewest outcomes to learn from, to test on, and in a holdout.
LEARN, TEST, HOLDOUT = 100, 40, 300
#: The fewest outcomes that a holdout has on average. A gate is undecided with fewer than 30; by
#: chance a holdout of 30 on average has fewer half of the time, one of 45 about once in a hundred.
JUDGED = 45
#: How many times a refresh goes into operation, at least, however few outcomes come.
LAST = 3
#: At what share of its refreshes a holdout has that many, where outcomes come now and then.
HELD = 0.75
#: Into how many parts the time before the test is cut, a fold being one of them, where it can be.
PARTS = (6, 4, 3)
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
    for slack in SLACKS:
        test, start = _split(
            settled,
            arrived,
            history=history,
            until=until,
            lag=lag,
            wait=int(slack * lag),
            unit=unit,
            offset=offset,
        )
        folds, horizon = _folds(
            settled, arrived, history=history, test=test, wait=int(slack * lag), unit=unit
        )
        if folds:
            break
    more = _more(span, lag)
    _check(settled, arrived, history=history, test=test, start=start, timed=timed, more=more)
    if not folds:
        raise DataError(
            f"outcomes arrive too late, or are too few, to compare parameters before {iso(test)}",
            hint=more,
        )
    rate, usual = len(arrived) / max(span, 1), _refresh(until - start, unit)
    most = max(unit, _down((start - history) // 4, unit))
    holdout, least = (min(most, _down(int(n / rate), unit) + unit) for n in (HOLDOUT, JUDGED))
    least = max(least, _held(arrived, np.arange(start, until, usual), unit))
    # What serves has learned all that was known at its refresh. A holdout that reaches back before
    # it would hold a challenger against a champion that has seen the answers; one that begins just
    # there, against the same model: half of the time between two refreshes is left to learn.
    # Of slow outcomes that would leave no refresh: then the champion is judged as it was before.
    refresh = max(usual, min(2 * least, _down((until - start) // LAST, unit)))
    return Windows(
        history=history,
        test=test,
        start=start,
        until=until,
        folds=folds,
        horizon=horizon,
        holdout=max(least, min(holdout, _down(refresh // 2, unit))),
        refresh=refresh,
        period=_period(rate, unit),
        lag=lag,
        offset=offset,
    )


def _split(
    settled: Instants,
    arrived: Instants,
    *,
    history: int,
    until: int,
    lag: int,
    wait: int,
    unit: int,
    offset: int,
) -> tuple[int, int]:
    """Return where the test begins, and where it ends and operation begins.

    Both are shares of the time; by numbers of outcomes, and later, where those hold too few.
    """
    arrivals, splits = np.sort(arrived), []
    for share in BEFORE:
        start = int(np.quantile(arrived, share))
        # Slow outcomes need more time before operation: to learn from them, and to test on them.
        start = max(start, min(history + LAGS * lag, history + int((until - history) * MOST)))
        start = min(_down(start, unit, offset) + unit, until - unit)
        test = _down(history + int((start - history) * LEARNED), unit, offset)
        test = max(history + unit, min(test, _down(start - wait, unit, offset)))
        splits.append((test, start))
        known = np.sort(settled[arrived < start])
        if len(known) < LEARN + TEST:
            continue
        earliest = _down(int(arrivals[LEARN - 1]), unit, offset) + unit
        latest = _down(int(known[-TEST]), unit, offset)
        if earliest <= latest:
            return min(max(test, earliest), latest), start
    return splits[0]


def _held(arrived: Instants, refreshes: Instants, unit: int) -> int:
    """Return how long a holdout is that has enough outcomes: at the first refresh, and at most.

    Args:
        arrived: When each outcome arrived.
        refreshes: When models are refreshed; the first is trained and judged then, too.
        unit: What it is a multiple of.
    """
    arrivals = np.sort(arrived)
    ends = np.searchsorted(arrivals, refreshes)
    longest = refreshes - arrivals[np.maximum(ends - JUDGED, 0)]
    length = max(int(longest[0]), int(np.quantile(longest, HELD)))
    return -(-length // unit) * unit


def _more(span: int, lag: int) -> str:
    """Return what is to be given where outcomes are too few, or arrive too late."""
    least = math.ceil(lag * NEEDED)
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
    enough = math.ceil((LEARN + TEST) / BEFORE[-1] / 10) * 10
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
    wait: int,
    unit: int,
) -> tuple[int, int]:
    """Return how many folds there are, and how long each is: none without enough outcomes."""
    for parts, folds in product(PARTS, (2, 1)):
        horizon = max(unit, _down(max((test - history) // parts, wait), unit))
        cuts = [test - horizon * place for place in range(folds, 0, -1)]
        learned = [int((arrived < cut).sum()) for cut in cuts]
        tested = [
            int(((settled >= cut) & (settled < cut + horizon) & (arrived < test)).sum())
            for cut in cuts
        ]
        if min(learned) >= LEARN // 2 and min(tested) >= TEST // 4:
            return folds, horizon
    return 0, 0


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
