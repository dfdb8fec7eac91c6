"""Trainings of a product in service: each in a process of its own, and on record once."""

from __future__ import annotations

from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import ConflictError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, MINUTE, SECOND
from production.agents.progress import TrainingRequest
from production.agents.training import FAILURES, OPEN, backoff
from production.assembly.parts import Parts
from production.database.database import Database
from production.operating import training_worker
from production.operating.training import LiveTraining
from production.operating.training_worker import TrainingWorker
from production.registry.leases import Leases
from production.registry.trainings import Trainings
from production.triggers.port import Wake
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Case:
    """The training agent of the small product in service, and the time of the machine."""

    def __init__(self, case: Any, database: Database) -> None:
        product = replace(case.product, start=NOW)
        self.parts = Parts(case.config, product, case.state, database, code="code")
        self.agent, self.machine = self.parts.training(), VirtualClock(0)
        self.clock = VirtualClock(NOW)
        self.worker = TrainingWorker(self.machine)
        self._config, self._database = case.config, database
        self.live = self.opened()
        self.trainings = Trainings(database)

    def opened(self) -> LiveTraining:
        """Return the training agent, opened anew around the same worker."""
        return LiveTraining(
            self.agent,
            self.worker,
            config=self._config,
            progress=self.parts.progress.training,
            database=self._database,
            clock=self.clock,
            machine=self.machine,
        )

    def lease(self, holder: str) -> int:
        """Let a process get the lease once the last one has run out; return its token."""
        leases = Leases(self._database, clock=self.machine, lasts=SECOND)
        self.machine.wait_until(self.machine.now() + SECOND)
        lease = leases.acquire("toy", "training", holder)
        assert lease is not None
        return lease.token

    def ask(self, reason: str, *, at: int = NOW + DAY) -> None:
        """Ask for a training."""
        stored = self.parts.progress.training
        request = TrainingRequest(at=at, reason=reason, ready=at)
        stored.save(replace(stored.load(), request=request), at)

    def work(self) -> bool:
        """Let a process that trains end, and return whether its result was recorded."""
        self.live.work()
        await_training(self.worker)
        return self.live.work()

    @property
    def recorded(self) -> list[tuple[str, str]]:
        """The verdicts and reasons of the trainings after the first."""
        return [(each.verdict, each.reason) for each in self.trainings.all("toy")[1:]]


def await_training(worker: TrainingWorker) -> None:
    """Return once no training is under way."""
    looks = Event()
    while worker.is_running:
        looks.wait(0.01)


@pytest.fixture
def case(live: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """The small product in service; what trains is told how to end by the training's reason."""
    monkeypatch.setattr(training_worker, "MODULE", "tests.production.operating.trainer_process")
    product = live("gate=open")
    product.deploy(at=NOW)
    with closing(Database(product.state.database)) as database:
        case = Case(product, database)
        yield case
        case.worker.close()


def test_a_training_is_recorded_once(case: Case) -> None:
    """When its process has ended, with what it wrote; then there is nothing to do."""
    case.ask("well")
    assert case.live.is_busy()
    assert case.work()
    assert not case.live.is_busy()
    assert not case.live.work()
    assert case.recorded == [("refused", "well")]


@pytest.mark.parametrize(
    ("reason", "why"), [("fail", "DataError: the source is away"), ("kill", "exit code -9")]
)
def test_what_does_not_end_is_begun_anew(case: Case, reason: str, why: str) -> None:
    """Later each time, and recorded as failed after five; then nothing is asked for, for a day."""
    case.ask(reason)
    for attempt in range(1, FAILURES):
        assert not case.work()
        assert not case.live.work()
        assert case.worker.order is None
        assert not case.live.is_busy()
        case.machine.wait_until(case.machine.now() + backoff(attempt))
    assert case.work()
    assert case.recorded == [("failed", reason)]
    assert why in case.trainings.all("toy")[-1].detail["why"]
    progress = case.parts.progress.training.load()
    assert (progress.failures, progress.rests) == (FAILURES, NOW + DAY + OPEN)
    assert not case.agent.ask(NOW + DAY + OPEN - MINUTE)


def test_a_person_may_try_at_once(case: Case) -> None:
    """What failed is forgotten then."""
    stored = case.parts.progress.training
    stored.save(replace(stored.load(), failures=FAILURES, rests=NOW + 3 * DAY), NOW)
    case.live.retry(NOW + 2 * DAY)
    assert (stored.load().failures, stored.load().rests) == (0, 0)


def test_the_result_of_a_training_that_another_recorded(case: Case) -> None:
    """It is refused: nothing is trained twice on record."""
    case.ask("well")
    request = case.parts.progress.training.load().request
    assert request
    case.work()
    with pytest.raises(ConflictError, match="is on record"):
        case.agent.record(request, case.agent.trainer.train(NOW + DAY, "well"))
    assert case.recorded == [("refused", "well")]


def test_it_ends_with_its_agent(case: Case) -> None:
    """A training under way when the agent ends is ended too, and asked for still."""
    case.ask("stop")
    case.live.work()
    assert case.worker.is_running
    case.worker.close()
    assert not case.worker.is_running
    assert case.live.is_busy()


@pytest.mark.parametrize("another", [False, True])
def test_a_training_outlives_a_lease_that_nobody_took(case: Case, *, another: bool) -> None:
    """Its agent records it once it holds the next one; what another saw begins anew."""
    case.ask("well")
    case.worker.adopt(case.lease("this"))
    case.live.work()
    await_training(case.worker)
    if another:
        case.lease("another")
    case.worker.adopt(case.lease("this"))
    again = case.opened()
    assert again.work() is not another
    await_training(case.worker)
    assert again.work() is another
    assert case.recorded == [("refused", "well")]


def test_a_generation_serves_from_when_it_was_trained(case: Case) -> None:
    """Not from when it was asked for: that is past."""
    case.clock.wait_until(NOW + DAY + 5 * SECOND)
    case.ask("serve")
    assert case.work()
    pending = case.parts.progress.training.load().pending[-1]
    assert (pending.asked, pending.ready) == (NOW + DAY, NOW + DAY + 5 * SECOND)
    assert case.agent.next(NOW + DAY) == Wake(at=pending.ready)
