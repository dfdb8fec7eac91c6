"""An agent of a product in service: it acts when it is due, and says how far it is."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from contracts.errors import LeaseError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, HOUR, SECOND
from production.agents.progress import StageProgress
from production.database.database import Database
from production.operating.agent import AgentActions, LiveAgent, Stages
from production.operating.holding import hold
from production.registry.leases import Leases
from production.triggers.port import Wake
from tests.production.operating.test_chain import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START, LEASE = 10 * DAY, 15 * SECOND


class Daily:
    """What is done once a day, and what it was done for."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.ends = 0

    def step(self, moment: int) -> None:
        """Do it."""
        self.done.append(moment)

    def work(self) -> bool:
        """End something that was under way, if it is to end."""
        self.ends -= 1
        return self.ends == 0


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the database is."""
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database."""
    with closing(Database(url)) as database:
        yield database


def agent(name: str, does: Daily, database: Database, clock: VirtualClock) -> LiveAgent:
    """Return an agent beside all others, none of which is alive but by its lease."""
    stages = Stages(
        product="p",
        database=database,
        machine=clock,
        lease=LEASE,
        patience=HOUR,
        expected=(),
    )
    return LiveAgent(
        name,
        AgentActions(step=does.step, next=lambda moment: Wake(at=moment + DAY), work=does.work),
        stages=stages,
        counted=Counts(),
        clock=clock,
        start=START,
        patience=HOUR,
    )


def test_acts_for_each_moment_once(database: Database) -> None:
    """When the product went into service, and by its own wakes from then on."""
    clock, does = VirtualClock(START), Daily()
    alone = agent("training", does, database, clock)
    assert [alone.poll() for _ in range(3)] == [True, False, False]
    for day in (1, 2):
        clock.wait_until(START + day * DAY)
        assert [alone.poll() for _ in range(2)] == [True, False]
    assert does.done == [START, START + DAY, START + 2 * DAY]
    assert alone.progress == StageProgress(at=START + 2 * DAY, wake=Wake(at=START + 3 * DAY))


def test_all_act_in_order(database: Database) -> None:
    """Whatever the order in which processes look, the moment passes along the chain."""
    clock, names = VirtualClock(START), ("training", "evaluation", "outcomes")
    order: list[str] = []
    with ExitStack() as stack:
        agents = {}
        for name in names:
            held = hold(database, "p", name, holder="here:1", clock=clock, lasts=2 * DAY)
            assert stack.enter_context(held)
            agents[name] = agent(name, Daily(), database, clock)
        while any([each.poll() for each in agents.values()]):  # noqa: C419 - all of them look
            pass
        clock.wait_until(START + DAY)
        for _ in names:
            order += [name for name, each in agents.items() if each.poll()]
    assert order == ["outcomes", "evaluation", "training"]


def test_what_ends_is_on_record(database: Database) -> None:
    """What comes of something that was under way changes when the agent acts next."""
    clock, does = VirtualClock(START), Daily()
    alone = agent("training", does, database, clock)
    alone.poll()
    does.ends = 2
    assert [alone.poll() for _ in range(3)] == [False, True, False]
    assert does.done == [START]


def test_an_error_is_on_record_until_it_acts(database: Database) -> None:
    """What it could not do is noted, and forgotten once it can."""
    clock, does = VirtualClock(START), Daily()
    alone = agent("training", does, database, clock)
    alone.poll()
    alone.note("the source is away")
    assert alone.progress.error == "the source is away"
    clock.wait_until(START + DAY)
    alone.poll()
    assert alone.progress.error == ""


def test_a_lost_lease_writes_nothing(database: Database, url: str) -> None:
    """Once another process holds the lease, what the agent was about to record is not."""
    clock, does = VirtualClock(START), Daily()
    with hold(database, "p", "training", holder="here:1", clock=clock, lasts=LEASE) as mine:
        assert mine
        database.fence_by(mine.check)
        stopped = agent("training", does, database, clock)
        stopped.poll()
        before = stopped.progress
        clock.wait_until(START + DAY)
        with (
            closing(Database(url)) as other,
            hold(other, "p", "training", holder="there:2", clock=clock, lasts=LEASE) as theirs,
        ):
            assert theirs
            with pytest.raises(LeaseError, match="taken over by there:2"):
                stopped.poll()
        assert stopped.progress == before


def test_who_waits_for_a_lease_asks_until_it_is_free(url: str) -> None:
    """Without a lock: another process may be in a transaction meanwhile."""
    clock, asked = VirtualClock(START), list[bool]()
    with closing(Database(url)) as busy, ExitStack() as writing:
        first = Leases(busy, clock=clock, lasts=LEASE).acquire("p", "training", "here:1")
        assert first

        def waits() -> bool:
            asked.append(True)
            if len(asked) == 1:
                writing.enter_context(busy.transaction())
            else:
                writing.close()
                clock.wait_until(START + LEASE)
            return True

        with (
            closing(Database(url)) as free,
            hold(
                free, "p", "training", holder="there:2", clock=clock, lasts=LEASE, waits=waits
            ) as theirs,
        ):
            assert theirs
            assert (theirs.current.holder, theirs.current.token) == ("there:2", first.token + 1)
    assert len(asked) == 2
