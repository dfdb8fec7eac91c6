"""The reference product's source descriptor, and its naive baseline on the year."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest

from contracts.data.baseline import YesterdaysRate
from contracts.data.events import check_known
from contracts.data.programmatic import Programmatic
from contracts.data.rows import instants, with_outcome
from contracts.errors import DataError
from contracts.moment import END_OF_TIME, instant
from contracts.products.flights.ingest import EVENTS
from contracts.products.flights.query import query

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def source(flights_data: Path) -> Programmatic:
    """The year on demand."""
    return Programmatic(partial(query, flights_data / EVENTS))


def test_all(source: Programmatic, flights_data: Path) -> None:
    """With everything known, the query gives what was ingested, row by row."""
    window = source.window(0, END_OF_TIME, known_by=END_OF_TIME)
    assert window.equals(pq.read_table(flights_data / EVENTS))


def test_as_known(source: Programmatic) -> None:
    """A day's flights at the end of the day: those still in the air have no outcome."""
    start, end = instant("2013-07-01T04:00:00Z"), instant("2013-07-02T04:00:00Z")
    today = source.window(start, end, known_by=end)
    later = source.window(start, end, known_by=END_OF_TIME)
    assert today["id"].equals(later["id"])
    assert today["outcome"].null_count > later["outcome"].null_count
    check_known(today, end)


def test_baseline(source: Programmatic) -> None:
    """Yesterday's late rate scores March to December at a log-loss of .5660, a Brier of .1885."""
    rows = with_outcome(source.window(0, END_OF_TIME, known_by=END_OF_TIME))
    times, arrived = instants(rows["time"]), instants(rows["arrived"])
    late = rows["outcome"].to_numpy().astype(np.float64)
    scored = times >= instant("2013-03-01T05:00:00Z")
    naive = YesterdaysRate(kind="binary", offset="5h")
    rate = naive.predict(times[scored], arrived=arrived, outcomes=late)[:, 0]
    y = late[scored]
    log_loss = -np.mean(np.where(y == 1, np.log(rate), np.log1p(-rate)))
    assert log_loss == pytest.approx(0.5660, abs=5e-5)
    assert np.mean((rate - y) ** 2) == pytest.approx(0.1885, abs=5e-5)


def test_no_file(tmp_path: Path) -> None:
    """Before the ingest, the error names the command that does it."""
    with pytest.raises(DataError, match="python -m contracts task=ingest product=flights"):
        query(tmp_path / EVENTS)
