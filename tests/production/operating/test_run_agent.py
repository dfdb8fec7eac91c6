"""An agent goes on through whatever fails, and waits longer each time."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

from contracts.errors import LeaseError, StateError
from production.operating import run_agent
from production.operating.training_worker import TrainingWorker
from tests.production.conftest import configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest


class Failing:
    """An agent that is opened each time, and then fails."""

    def poll(self) -> bool:
        """Fail."""
        raise StateError("the source is away")


class Held:
    """A lease that is never lost."""

    lost = Event()


class Waits(Event):
    """An event that is set after so many waits, which it notes and does not make."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.waits = count, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        """Note how long is to be waited."""
        self.waits.append(timeout or 0.0)
        return len(self.waits) > self.count


def test_what_fails_again_is_tried_later_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the agent could be opened before it failed; up to a minute."""

    @contextmanager
    def opened(*_: Any, **__: Any) -> Iterator[Any]:
        yield Failing(), Held()

    monkeypatch.setattr(run_agent, "open_agent", opened)
    monkeypatch.setattr(run_agent, "live_state", lambda _: None)
    stop = Waits(9)
    run_agent.run_agent(configuration(()), "training", stop)
    assert stop.waits == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_who_waits_has_forgotten_what_failed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a few short outages would let nobody take over for a minute."""

    @contextmanager
    def opened(*_: Any, waits: Callable[[], bool], **__: Any) -> Iterator[Any]:
        waits()
        raise StateError("the database is away")
        yield

    monkeypatch.setattr(run_agent, "open_agent", opened)
    monkeypatch.setattr(run_agent, "live_state", lambda _: None)
    stop = Waits(7)
    run_agent.run_agent(configuration(()), "training", stop)
    assert stop.waits[2::2] == [1, 1, 1, 1]


def test_what_trains_is_kept_until_another_holds_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent that is opened again finds its worker; one that stands by has ended it."""
    given, ended = list[TrainingWorker](), list[TrainingWorker]()
    end = TrainingWorker.end

    @contextmanager
    def opened(
        _: Any, __: str, worker: TrainingWorker, *, waits: Callable[[], bool], **___: Any
    ) -> Iterator[Any]:
        given.append(worker)
        if len(given) < 3:
            raise LeaseError("it ran out")
        assert not waits()  # it is told to end meanwhile
        yield None

    def counted(worker: TrainingWorker) -> None:
        ended.append(worker)
        end(worker)

    monkeypatch.setattr(run_agent, "open_agent", opened)
    monkeypatch.setattr(run_agent, "live_state", lambda _: None)
    monkeypatch.setattr(TrainingWorker, "end", counted)
    run_agent.run_agent(configuration(()), "training", Waits(3))
    assert len({*map(id, given)}) == 1
    assert len(ended) == 2  # standing by, and at its own end
