"""A sample of the log: ids alone decide, so that it is always the same."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from production.database.database import Database
from production.feedback.events import EventLog
from production.feedback.sampled import sampled_events
from production.selectors.draw import uniform
from tests.suites.events import events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS = [f"{at:04d}" for at in range(400)]
rank = partial(uniform, "salt")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Four hundred events, one each microsecond, and a shadow of the first."""
    with closing(Database(f"sqlite:///{tmp_path / 'state.db'}")) as database:
        log, predictions = EventLog(database), np.arange(400)[:, None] / 400
        log.record("p", events(IDS, time=np.arange(400), prediction=predictions))
        shadow = events(IDS[:1], time=np.array([0]), prediction=predictions[:1], shadow=True)
        log.record("p", shadow)
        yield database


def test_a_share_of_a_window(database: Database) -> None:
    """Those with a low rank, by time, with what was served of them; shadows do not count."""
    sample = sampled_events(database, "p", 100, 300, rank=rank, share=0.25, most=1000)
    expected = [each for each in IDS[100:300] if rank(each) < 0.25]
    assert (sample.served, sample.events.id) == (200, expected)
    assert sample.events.prediction[:, 0].tolist() == [int(each) / 400 for each in expected]


def test_at_most_so_many(database: Database) -> None:
    """Those with the lowest ranks: a larger share keeps the same."""
    few, more = (
        sampled_events(database, "p", 0, 400, rank=rank, share=share, most=9) for share in (0.2, 1)
    )
    assert few.events.id == more.events.id == sorted(sorted(IDS, key=rank)[:9])


def test_of_nothing(database: Database) -> None:
    """An empty window gives an empty sample."""
    sample = sampled_events(database, "p", 500, 600, rank=rank, share=1, most=9)
    assert (sample.served, [*sample.events.id], len(sample.events.time)) == (0, [], 0)
