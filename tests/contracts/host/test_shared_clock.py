"""The clock that several processes share."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from contracts.host.shared_clock import ClockSetter, SharedClock, make_clock
from contracts.moment import HOUR, SECOND

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.host.clock import Clock

#: A second of the machine, in nanoseconds.
MACHINE_SECOND = 1_000_000_000


class Machine:
    """The machine's time, as a test sets it."""

    def __init__(self) -> None:
        self.now = MACHINE_SECOND

    def __call__(self) -> int:
        """Return the machine's nanoseconds."""
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a clock that stands at 5."""
    make_clock(tmp_path / "clock.bin", 5)
    return tmp_path / "clock.bin"


def test_a_new_clock_stands(path: Path) -> None:
    """It shows the moment that it was made with, whatever the machine's time is."""
    clock: Clock = SharedClock(path)
    assert (clock.now(), clock.now()) == (5, 5)


def test_time_runs_as_fast_as_it_was_set_to(path: Path) -> None:
    """An hour passes in each second, for every reader; no further than to its limit."""
    machine = Machine()
    clock = SharedClock(path, machine=machine)
    ClockSetter(path, machine=machine).run(SECOND, speed=3600, limit=3 * HOUR)
    assert clock.now() == SECOND
    machine.now += MACHINE_SECOND
    assert clock.now() == SECOND + HOUR
    machine.now += 9 * MACHINE_SECOND
    assert clock.now() == 3 * HOUR


def test_a_clock_that_is_held_shows_just_that_moment(path: Path) -> None:
    """Readers that have it open see it at once."""
    machine = Machine()
    clock, setter = SharedClock(path, machine=machine), ClockSetter(path, machine=machine)
    setter.run(SECOND, speed=2)
    machine.now += MACHINE_SECOND
    assert clock.now() == 3 * SECOND
    setter.hold(HOUR)
    machine.now += MACHINE_SECOND
    assert clock.now() == HOUR


def test_a_machine_that_started_again_leaves_the_clock_where_it_was_set(path: Path) -> None:
    """Its time began anew: the product's does not run back before the moment set last."""
    machine = Machine()
    ClockSetter(path, machine=machine).run(HOUR, speed=60)
    machine.now = 0
    assert SharedClock(path, machine=machine).now() == HOUR


def test_a_wait_ends_once_the_clock_was_set_so_far(path: Path) -> None:
    """Whoever waits for a moment goes on when another sets the clock to it."""
    clock, over = SharedClock(path), Event()
    waiting = Thread(target=lambda: (clock.wait_until(HOUR), over.set()), daemon=True)
    waiting.start()
    ClockSetter(path).hold(HOUR - 1)
    assert not over.is_set()
    ClockSetter(path).hold(HOUR)
    assert over.wait(60)


def test_readers_never_see_half_of_a_change(path: Path) -> None:
    """While the clock is set again and again, it shows moments that it was set to."""
    setter, clock, over = ClockSetter(path), SharedClock(path), Event()
    setter.hold(1)

    def change() -> None:
        while not over.is_set():
            setter.hold(2**62)
            setter.hold(1)

    writer = Thread(target=change)
    writer.start()
    shown = {clock.now() for _ in range(20_000)}
    over.set()
    writer.join()
    assert shown <= {1, 2**62}


def test_what_is_no_clock_is_refused(tmp_path: Path) -> None:
    """A missing file, and one of another length, are named."""
    with pytest.raises(StateError, match=r"clock\.bin is no clock"):
        SharedClock(tmp_path / "clock.bin")
    (tmp_path / "clock.bin").write_bytes(b"five")
    with pytest.raises(StateError, match="is no clock"):
        ClockSetter(tmp_path / "clock.bin")
