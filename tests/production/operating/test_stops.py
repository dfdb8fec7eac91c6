"""When a history that is played may go on: once all agents have acted."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from contracts.moment import DAY
from production.agents.progress import (
    Pending,
    StageProgress,
    TrainingProgress,
    TrainingRequest,
    progress,
    stage_progress,
)
from production.database.database import Database
from production.database.url import in_folder
from production.feedback.feed import Replay
from production.generation.description import Candidate
from production.operating.stops import Stops
from production.registry.checkpoints import Checkpoints
from production.registry.manifests import Manifests
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

NOW = 12 * DAY
AGENTS = ("outcomes", "evaluation", "training", "promotion")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with one manifest, for which all agents have acted."""
    with closing(Database(in_folder("sqlite:///{state}/liaison.db", tmp_path))) as opened:
        Manifests(opened).publish("toy", {}, revision=0, moment=NOW)
        for name in AGENTS:
            act(opened, name, at=NOW)
        yield opened


def act(database: Database, name: str, *, at: int, wake: Wake | None = None) -> None:
    """Record that an agent acted for a moment."""
    document = StageProgress(at=at, wake=wake or Wake())
    stage_progress(Checkpoints(database), "toy", name).save(document, at)


def train(database: Database, document: TrainingProgress) -> None:
    """Record how far the training agent is."""
    progress(Checkpoints(database), "toy", start=0).training.save(document, NOW)


def stops(database: Database, *, serves: int = 1, agents: tuple[str, ...] = AGENTS) -> Stops:
    """Return what looks, where the engine serves by a revision."""
    return Stops("toy", database, agents, serves=lambda: serves)


def test_it_goes_on_once_all_have_acted(database: Database) -> None:
    """Not before the last one has."""
    assert stops(database).is_settled(NOW)
    assert not stops(database).is_settled(NOW + 1)
    for name in AGENTS[:-1]:
        act(database, name, at=NOW + 1)
    assert not stops(database).is_settled(NOW + 1)
    act(database, AGENTS[-1], at=NOW + 1)
    assert stops(database).is_settled(NOW + 1)


def test_it_waits_for_a_training(database: Database) -> None:
    """What was asked for is to be on record."""
    request = TrainingRequest(at=NOW, reason="schedule", ready=NOW)
    train(database, TrainingProgress(request=request))
    assert not stops(database).is_settled(NOW)


@pytest.mark.parametrize(("ready", "settled"), [(NOW, False), (NOW + 1, True)])
def test_it_waits_for_a_promotion_that_is_due(
    database: Database, ready: int, *, settled: bool
) -> None:
    """Not for one that becomes due later."""
    candidate = Candidate(release="1.0.0", generation=2, artifact="a", contract="1.0.0")
    pending = Pending(asked=NOW, ready=ready, candidate=candidate)
    train(database, TrainingProgress(pending=(pending,)))
    assert stops(database).is_settled(NOW) == settled


def test_it_waits_for_the_engine(database: Database) -> None:
    """Which is to serve by the newest manifest."""
    assert not stops(database, serves=0).is_settled(NOW)


def test_the_next_stop_is_the_earliest_that_an_agent_asks_for(
    database: Database, history: pa.Table
) -> None:
    """A moment, or when so many requests have come, by the history itself; none without agents."""
    feed = Replay(history, start=NOW, until=14 * DAY)
    assert stops(database).following(feed) is None
    act(database, "evaluation", at=NOW, wake=Wake(at=NOW + DAY))
    assert stops(database).following(feed) == NOW + DAY
    act(database, "training", at=NOW, wake=Wake(requests=3))
    assert stops(database).following(feed) == feed.after_requests(NOW, 3)
    assert stops(database, agents=()).following(feed) is None
