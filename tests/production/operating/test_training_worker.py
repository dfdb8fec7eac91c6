"""The process that trains: kept between trainings, and ended with what nobody may record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.host.clock import VirtualClock
from production.agents.records import TrainingResult
from production.operating import training_worker
from production.operating.training_worker import (
    NICENESS,
    RESTS,
    TRAININGS,
    TrainingOrder,
    TrainingWorker,
)
from tests.production.conftest import configuration
from tests.production.operating.test_training import await_training

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.settings import Production


class Trials:
    """A worker, the time of its machine, and which process trained each order."""

    def __init__(self, config: Production) -> None:
        self.machine = VirtualClock(0)
        self.worker, self._config = TrainingWorker(self.machine), config

    def begin(self, reason: str = "well") -> None:
        """Begin a training."""
        self.worker.begin(TrainingOrder(config=self._config, at=7, reason=reason))

    def train(self) -> str:
        """Train, and return by which process."""
        self.begin()
        await_training(self.worker)
        result = self.worker.take()
        assert isinstance(result, TrainingResult)
        return result.why


@pytest.fixture(scope="module")
def config() -> Production:
    """Any configuration."""
    return configuration(())


@pytest.fixture
def trials(config: Production, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trials]:
    """A worker whose process does as the order's reason says."""
    monkeypatch.setattr(training_worker, "MODULE", "tests.production.operating.trainer_process")
    trials = Trials(config)
    yield trials
    trials.worker.close()


def test_the_next_training_finds_the_process_warm(trials: Trials) -> None:
    """It is the same one, and each order has its own result; all others come before it."""
    process = trials.train()
    assert trials.train() == process
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, int(process.rpartition(" ")[2])) == min(
        mine + NICENESS, 19
    )


def test_a_result_that_nobody_took_is_of_no_other_training(trials: Trials) -> None:
    """What another process recorded meanwhile was ended when its result was there already."""
    trials.begin()
    await_training(trials.worker)
    order = trials.worker.order
    assert order is not None
    stale = msgspec.json.decode(Path(order.result).read_bytes(), type=TrainingResult)
    trials.worker.adopt(3)
    assert trials.train() != stale.why


def test_it_ends_once_it_has_rested(trials: Trials) -> None:
    """A product that trains once a day keeps no process in memory."""
    first = trials.train()
    trials.machine.wait_until(RESTS - 1)
    trials.worker.rest()
    assert trials.train() == first
    trials.machine.wait_until(2 * RESTS)
    trials.worker.rest()
    assert trials.train() != first


def test_its_life_is_bounded(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library does not give back ends with it, after so many trainings."""
    assert TRAININGS > 2
    monkeypatch.setattr(training_worker, "TRAININGS", 2)
    processes = []
    for _ in range(4):
        processes.append(trials.train())
        trials.worker.rest()
    assert processes[0] == processes[1] != processes[2] == processes[3]


@pytest.mark.parametrize(("token", "goes_on"), [(5, True), (6, True), (7, False)])
def test_a_training_goes_on_under_a_lease_that_nobody_took(
    trials: Trials, token: int, *, goes_on: bool
) -> None:
    """The process holds the same one, or the next; with a token between, another acted."""
    trials.worker.adopt(5)
    trials.begin("stop")
    trials.worker.adopt(token)
    assert (trials.worker.order is not None, trials.worker.is_running) == (goes_on, goes_on)


def test_a_process_that_died_at_rest_is_replaced(trials: Trials) -> None:
    """The next training begins in a new one."""
    first, child = trials.train(), trials.worker._child
    assert child is not None
    child._process.kill()
    child._process.wait()
    assert trials.train() != first
