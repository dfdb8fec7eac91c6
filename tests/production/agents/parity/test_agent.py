"""The parity agent tells what moved: data, implementation or model; quiet days ring nothing."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from contracts.config.product import Side
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, HOUR
from production.agents.parity.record import parity_progress
from production.assembly.parts import Parts
from production.database.database import Database
from production.feedback.batch import Events
from production.feedback.events import EventLog
from production.operating.actors import Actors
from production.registry.agent_decisions import AgentDecisions
from production.registry.checkpoints import Checkpoints
from production.settings import SampledParity
from production.triggers.port import Wake
from tests.production.agents.parity.moves import MOVED, MOVES, UNTIL, Move, Watched
from tests.production.explain.asked import ask
from tests.production.service.conftest import NOW, live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["live"]

pytestmark = pytest.mark.usefixtures("toy")
#: One of each kind at every run; the others take seconds each.
QUICK = {"smaller", "learns too much", "inverted"}
EACH = [
    pytest.param(kind, name, marks=() if name in QUICK else [pytest.mark.e2e, pytest.mark.long])
    for kind in MOVED
    for name in MOVED[kind]
]


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_moves_are_told_apart(operation: Callable[..., Any], kind: str, name: str) -> None:
    """Nothing rings before one moves; then it does, neither of the others, and names rows."""
    watched = Watched(operation, MOVED[kind][name]).run()
    assert watched.moved(0, MOVES) == set()
    assert watched.moved(MOVES, UNTIL) == {kind}
    decisions = AgentDecisions(watched.assembly.database).between("toy", 0, UNTIL * DAY)
    rung = [each for each in decisions if each.agent == "parity" and each.decision != "quiet"]
    assert {each.decision for each in rung} == {f"{kind}_moved"}
    named = [row["id"] for finding in rung[0].seen["findings"] for row in finding["rows"]]
    assert 0 < len(named) <= 3
    assert all(watched.assembly.events.find("toy", each) for each in named)
    assert all(each in rung[0].why for each in named)
    first, *_ = ask(watched.assembly, f"last {kind}_moved").sentences
    assert f"the parity agent found that the {kind} had moved" in first


@pytest.mark.e2e
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_quiet_days_ring_nothing(operation: Callable[..., Any], seed: int) -> None:
    """More than a month of them, through five refreshes."""
    watched = Watched(operation, Move(), seed=seed).run()
    assert len(watched.looks) > 30
    assert {each.decision for each in watched.looks} == {"quiet"}


class Case:
    """The small product in service with a hundred events logged by value, and its parity agent."""

    def __init__(self, product: Any, database: Database, *, solution: str) -> None:
        side = Side(learner={"_target_": solution}, model="production_toy.Rates")
        config = replace(product.config, product=replace(product.config.product, solution=side))
        assert isinstance(config.parity, SampledParity)
        parts = Parts(config, product.product, product.state, database, code="c0de")
        machine, nobody = VirtualClock(0), cast("Any", None)  # parity trains nothing
        actors = Actors(
            config, parts, database, worker=nobody, clock=VirtualClock(NOW), machine=machine
        )
        self.actor, self.database = actors.make("parity"), database
        self.stored = parity_progress(Checkpoints(database), "toy")
        self.decisions = AgentDecisions(database)
        for each in parts.served.manifests.all("toy"):
            parts.served.probe.trust(each.document["arms"]["champion"]["artifact"])

    def log(self, *, features: Callable[[int], str | None], count: int = 100) -> None:
        """Log events that were all served .25, an hour long."""
        ids = [f"e{at:03d}" for at in range(count)]
        events = Events(
            id=ids,
            key=ids,
            time=NOW + np.arange(count),
            release="1.0.0",
            generation=1,
            manifest=1,
            propensity=1.0,
            prediction=np.full((count, 1), 0.25),
            features=[features(at) for at in range(count)],  # type: ignore[misc]
        )
        assert EventLog(self.database).record("toy", events).accepted == count


@pytest.fixture
def case(live: Callable[..., Any]) -> Iterator[Callable[..., Case]]:
    """Makes the small product in service with its parity agent."""
    product = live("lifecycle=dual", "gate=open", "parity=sampled", "parity.share=1")
    product.deploy(at=NOW)
    with closing(Database(product.state.database)) as database:
        yield lambda solution="production_toy.Learner": Case(product, database, solution=solution)


def by_value(at: int) -> str:
    """Return a record's JSON."""
    record = {"colour": ["red", "green", "blue"][at % 3], "size": at / 100}
    return msgspec.json.encode(record).decode()


def test_events_are_read_by_value(case: Callable[..., Case], caplog: Any) -> None:
    """What was served is compared with the artifact; a moment that was looked at is not again."""
    watched = case()
    watched.log(features=lambda at: by_value(at) if at else '{"colour": "gone"}')
    watched.actor.step(NOW + HOUR)
    progress = watched.stored.load()
    assert (progress.served, progress.sampled) == (100, 99)
    assert (progress.decision, progress.generation) == ("implementation_moved", "1.0.0/1")
    first = progress.findings[0].rows[0]
    assert first.predictions["served"] == (0.25,)
    assert first.columns.keys() == {"colour", "size"}
    assert caplog.text.count("implementation_moved") == 1
    watched.actor.step(NOW + HOUR)
    watched.actor.step(NOW + 2 * HOUR)
    at = [each.at for each in watched.decisions.last("toy", 9) if each.agent == "parity"]
    assert at == [NOW + 2 * HOUR, NOW + HOUR]
    assert caplog.text.count("implementation_moved") == 1
    assert watched.stored.load().since == NOW + HOUR
    assert watched.actor.next(NOW) == Wake(at=NOW + HOUR)


def test_no_event_in_the_sample(case: Callable[..., Case]) -> None:
    """Nothing can be said of events whose inputs are not on record, which is said."""
    watched = case()
    watched.log(features=lambda _: None)
    watched.actor.step(NOW + HOUR)
    progress = watched.stored.load()
    assert progress.decision == "quiet"
    assert progress.why == "none of 100 events is in the sample with its inputs"


def test_without_research_it_says_so(case: Callable[..., Case], caplog: Any) -> None:
    """Once in the log, and on record; it decides nothing."""
    watched = case("no_research.Learner")
    for hours in (1, 2):
        watched.actor.step(NOW + hours * HOUR)
    progress = watched.stored.load()
    assert progress.decision is None
    assert (
        progress.why == "parity does not look: research is not installed: no module 'no_research'"
    )
    assert caplog.text.count("does not look") == 1
    assert [e for e in watched.decisions.last("toy", 9) if e.agent == "parity"] == []
