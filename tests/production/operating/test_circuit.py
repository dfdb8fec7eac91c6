"""When a process that ended is started again."""

from __future__ import annotations

from contracts.host.clock import VirtualClock
from contracts.moment import MINUTE, SECOND
from production.operating.circuit import Circuit, Pause, RestartLimits


def pauses(gap: int, count: int) -> list[Pause]:
    """Return the pauses of a process that ends so often, each time after so long."""
    clock = VirtualClock(0)
    circuit, found = Circuit(RestartLimits(), clock=clock), []
    for _ in range(count):
        circuit.started()
        clock.wait_until(clock.now() + gap)
        found.append(circuit.ended())
    return found


def test_each_pause_is_twice_as_long_until_the_circuit_opens() -> None:
    """From a second on; after the fifth end within ten minutes it rests for ten, then anew."""
    seconds = [each.lasts // SECOND for each in pauses(SECOND, 6)]
    assert seconds == [1, 2, 4, 8, 600, 1]
    assert [each.is_open for each in pauses(SECOND, 6)] == [False] * 4 + [True, False]


def test_a_process_that_ran_for_a_minute_is_started_again_soon() -> None:
    """It counts as sound: the pause is the first again."""
    assert [each.lasts for each in pauses(2 * MINUTE, 3)] == [SECOND] * 3


def test_a_pause_is_never_longer_than_a_minute() -> None:
    """While the ends are too rare to open the circuit."""
    limits = RestartLimits(failures=20)
    circuit = Circuit(limits, clock=VirtualClock(0))
    assert max(circuit.ended().lasts for _ in range(12)) == MINUTE


def test_ends_long_ago_do_not_count() -> None:
    """Five ends in more than ten minutes open nothing."""
    assert not any(each.is_open for each in pauses(3 * MINUTE, 20))
