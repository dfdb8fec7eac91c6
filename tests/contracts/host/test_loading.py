"""What a process loads and keeps, and Python's search for garbage."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from contracts.host.loading import loading

#: Prints how many more objects a search leaves out than at the start: last of all that is done.
ENDS = """
import atexit, gc
from contracts.host.loading import loading

before = gc.get_freeze_count()  # Python itself may leave out some
atexit.register(lambda: print(gc.get_freeze_count() - before))
for _ in range(2):
    with loading():
        pass
    assert gc.get_freeze_count() == before
"""


def test_nothing_is_searched_meanwhile() -> None:
    """Afterwards it is again, after an error too; where it was off it stays off."""
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), loading():
        divmod(1, 0)
    assert gc.isenabled()
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_left_at_the_end_is_not_searched() -> None:
    """The system takes it back all the same."""
    printed = subprocess.run(
        [sys.executable, "-c", ENDS], check=True, capture_output=True, text=True
    ).stdout
    assert int(printed) > 1_000
