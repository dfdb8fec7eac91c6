"""Outcomes from a source, by when they arrived there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.moment import HOUR
from production.database.database import Database
from production.feedback.outcomes import OutcomeLog
from production.feedback.source import SourceOutcomes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def source(*rows: tuple[str, int, bool | None, int | None]) -> Memory:
    """Return events: an id, a time, an outcome and its arrival, in hours."""
    ids, times, outcomes, arrived = zip(*rows, strict=True)
    at = pa.array([hour * HOUR for hour in times], INSTANT)
    return Memory(
        pa.table(
            {
                "id": ids,
                "key": ids,
                "time": at,
                "outcome": pa.array(outcomes, pa.bool_()),
                "arrived": pa.array([None if h is None else h * HOUR for h in arrived], INSTANT),
                "known": at,
            }
        )
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[OutcomeLog]:
    """An empty log."""
    database = Database(f"sqlite:///{tmp_path}/liaison.db")
    yield OutcomeLog(database)
    database.close()


def test_outcomes_come_by_arrival() -> None:
    """Those of old events too; not those without an outcome, nor those that arrive later."""
    events = source(("a", 1, True, 9), ("b", 8, False, 12), ("c", 8, None, None), ("d", 2, True, 5))
    fetched = SourceOutcomes(events, lookback=9 * HOUR, overlap=0).outcomes(6 * HOUR, 12 * HOUR)
    assert (fetched.event, fetched.value, [*fetched.arrived]) == (["a"], [True], [9 * HOUR])


@pytest.mark.parametrize(("lookback", "events"), [(5, ["a"]), (4, [])])
def test_an_event_is_looked_for_as_long_as_its_outcome_may_take(
    lookback: int, events: list[str]
) -> None:
    """And no longer: a window need not read all that ever was."""
    arrivals = SourceOutcomes(source(("a", 1, True, 6)), lookback=lookback * HOUR, overlap=0)
    assert arrivals.outcomes(6 * HOUR, 7 * HOUR).event == events


def test_what_becomes_visible_late_counts_from_when_it_could_be_known(log: OutcomeLog) -> None:
    """What was fetched before is a duplicate, and stays as it arrived then."""
    first = source(("a", 1, True, 5))
    later = source(("a", 1, True, 5), ("b", 1, False, 5))
    fetch = [SourceOutcomes(each, lookback=9 * HOUR, overlap=HOUR) for each in (first, later)]
    assert log.record("p", fetch[0].outcomes(4 * HOUR, 6 * HOUR)).received == 1
    receipt = log.record("p", fetch[1].outcomes(6 * HOUR, 7 * HOUR))
    assert (receipt.received, receipt.duplicate, receipt.quarantined) == (2, 1, 1)
    arrived, values = log.arrived("p", 0, 9 * HOUR)
    assert (arrived.tolist(), values.to_pylist()) == ([5 * HOUR, 6 * HOUR], [True, False])


def test_a_source_that_corrects_an_outcome_is_believed(log: OutcomeLog) -> None:
    """Its arrival is its revision: no conflict, and the newest one stands."""
    for hour, value in ((5, True), (7, False)):
        arrivals = SourceOutcomes(source(("a", 1, value, hour)), lookback=9 * HOUR, overlap=HOUR)
        receipt = log.record("p", arrivals.outcomes(hour * HOUR, (hour + 1) * HOUR))
        assert (receipt.conflicting, receipt.quarantined) == (0, 1)
