from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError
from contracts.moment import DAY
from production.feedback.feed import Replay

if TYPE_CHECKING:
    import pyarrow as pa


@pytest.fixture
def feed(history: pa.Table) -> Replay:
    """Ten days of the small product."""
    return Replay(history, start=10 * DAY, until=20 * DAY)


def test_requests_come_in_windows_closed_at_their_start_and_open_at_their_end(feed: Replay) -> None:
    """A request at the very microsecond of a wake-up belongs to what follows it."""
    moment = int(instants(feed.table["time"])[5])
    assert feed.requests(10 * DAY, moment).num_rows == 5
    assert feed.requests(moment, moment + 1)["id"].to_pylist() == [feed.table["id"][5].as_py()]


def test_an_outcome_that_arrives_at_the_moment_is_not_known_by_it(feed: Replay) -> None:
    """Known by T means arrived before T: strictly, to the microsecond."""
    settled = with_outcome(feed.table).sort_by("arrived")
    moment, name = settled["arrived"][7].value, settled["id"][7].as_py()
    assert name not in feed.outcomes(0, moment).event
    assert feed.outcomes(moment, moment + 1).event == [name]
    assert len(feed.outcomes(0, moment).event) == 7


def test_all_outcomes_come_once_and_cancelled_events_never_have_one(feed: Replay) -> None:
    """Windows that meet hand over everything that will ever arrive, exactly once."""
    edges = np.linspace(10 * DAY, feed.last(), 40).astype(np.int64).tolist()
    ids = [each for a, b in pairwise(edges) for each in feed.outcomes(a, b).event]
    cancelled = set(feed.table["id"].to_pylist()) - set(ids)
    assert len(ids) == len(set(ids)) == with_outcome(feed.table).num_rows
    assert len(cancelled) == feed.table["outcome"].null_count > 0


def test_the_moment_after_the_nth_holds_exactly_n(feed: Replay) -> None:
    """Counted from a start, up to the first moment by which so many came; never when too few do."""
    start = 12 * DAY
    of_requests, of_outcomes = feed.after_requests(start, 9), feed.after_outcomes(start, 9)
    assert of_requests is not None
    assert of_outcomes is not None
    assert feed.requests(start, of_requests).num_rows == 9
    assert feed.requests(start, of_requests - 1).num_rows == 8
    assert len(feed.outcomes(start, of_outcomes).event) == 9
    assert len(feed.outcomes(start, of_outcomes - 1).event) == 8
    assert feed.after_requests(start, 10_000) is None


def test_a_time_without_events_is_refused(history: pa.Table) -> None:
    """A backtest of nothing would say nothing."""
    with pytest.raises(DataError, match="no events from 1971"):
        Replay(history, start=365 * DAY, until=366 * DAY)
