from __future__ import annotations

from contracts.host.clock import Clock, VirtualClock, WallClock


def test_a_virtual_clock_is_set_and_never_goes_back() -> None:
    """It stands still until it is set; a moment that is past changes nothing."""
    clock = VirtualClock(5)
    clock.reach(9)
    clock.reach(7)
    assert clock.now() == 9


def test_the_wall_clock_goes_on_and_does_not_wait_for_the_past() -> None:
    """A moment that was reached is reached."""
    clock: Clock = WallClock()
    before = clock.now()
    clock.reach(before)
    assert clock.now() >= before


def test_the_wall_clock_waits_for_a_moment_to_come() -> None:
    """When it returns, it is that moment or later."""
    clock = WallClock()
    moment = clock.now() + 1_000
    clock.reach(moment)
    assert clock.now() >= moment
