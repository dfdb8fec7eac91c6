"""The timer of `benchmarks/overhead.py`."""

from __future__ import annotations

import math
import sys
from types import ModuleType

from benchmarks.parts import REST, PartTimer


def burn(count: int) -> float:
    """Use some processor time."""
    return math.fsum(math.sqrt(each) for each in range(count))


def test_time_counts_for_the_innermost_part() -> None:
    """Unless the part around it is timed as a whole."""
    timer = PartTimer()
    inner = timer.timed("inner", lambda: burn(20_000), whole=False)
    outer = timer.timed("outer", lambda: inner() + burn(20_000), whole=False)
    whole = timer.timed("whole", lambda: inner() + burn(20_000), whole=True)
    assert whole() == 2 * burn(20_000)
    assert {*timer.seconds} == {REST, "whole"}
    outer()
    timer.count()
    assert {*timer.seconds} == {REST, "whole", "outer", "inner"}
    assert all(seconds > 0 for seconds in timer.seconds.values())


def test_a_part_that_fails_ends_as_well() -> None:
    """What follows is not counted for it."""
    timer = PartTimer()

    def fail() -> None:
        raise ValueError("no")

    try:
        timer.timed("part", fail, whole=True)()
    except ValueError:
        before = timer.seconds["part"]
        burn(20_000)
        timer.count()
        assert timer.seconds["part"] == before


def test_a_function_is_timed_wherever_it_was_imported() -> None:
    """By its module and name, or as a method of its class."""
    code = "def work():\n    return 3\nclass Kind:\n    def work(self):\n        return 4"
    first, second = ModuleType("overhead_first"), ModuleType("overhead_second")
    exec(code, first.__dict__)  # noqa: S102 - the text above
    second.work = first.work  # type: ignore[attr-defined]
    sys.modules |= {"overhead_first": first, "overhead_second": second}
    try:
        timer = PartTimer()
        timer.time_parts({"a": ["overhead_first:work"], "b": ["overhead_first:Kind.work"]})
        assert (second.work(), first.Kind().work()) == (3, 4)  # type: ignore[attr-defined]
        assert {*timer.seconds} == {REST, "a", "b"}
    finally:
        del sys.modules["overhead_first"], sys.modules["overhead_second"]
