"""A process that is told to end learns of it, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

#: Receives a signal where its main thread holds the lock of the event that it waits for.
WAITING = """
import signal, sys, threading
from production.operating.ending import told_to_end

told, held = told_to_end(), []

def interrupt(frame, event, _):
    if event == "call" and frame.f_code is threading.Condition.wait.__code__:
        sys.setprofile(None)
        held.append(told._cond._is_owned())
        signal.raise_signal(signal.{name})

sys.setprofile(interrupt)
assert told.wait(60)
assert held == [True]
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_between_two_steps_of_a_wait_ends_it(number: signal.Signals) -> None:
    """The main thread holds the event's lock then, and would wait for itself to set it."""
    code = WAITING.format(name=number.name)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
