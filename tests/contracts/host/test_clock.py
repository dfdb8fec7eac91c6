from __future__ import annotations

from contracts.host.clock import Clock, VirtualClock, WallClock


def test_a_virtual_clock_is_set_and_never_goes_back() -> None:
    """It shows the time it was last set to; a past moment changes nothing."""
    clock = VirtualClock(5)
    clock.wait_until(9)
    clock.wait_until(7)
    assert clock.now() == 9


def test_the_wall_clock_goes_on_and_does_not_wait_for_the_past() -> None:
    """Waiting for a past moment returns at once."""
    clock: Clock = WallClock()
    before = clock.now()
    clock.wait_until(before)
    assert clock.now() >= before


def test_the_wall_clock_waits_for_a_moment_to_come() -> None:
    """When it returns, it is that moment or later."""
    clock = WallClock()
    moment = clock.now() + 1_000
    clock.wait_until(moment)
    assert clock.now() >= moment
