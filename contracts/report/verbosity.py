"""Whether a command says more: ``-v`` names each step as it begins, and shows errors whole."""

from __future__ import annotations

import sys
from contextvars import ContextVar

from contracts.host.clock import Stopwatch
from contracts.host.controls import printable

#: Measures since the command began; none where it is quiet.
BEGAN: ContextVar[Stopwatch | None] = ContextVar("BEGAN", default=None)


def be_verbose(*, verbose: bool) -> None:
    """Name each step from now on, or none."""
    BEGAN.set(Stopwatch() if verbose else None)


def is_verbose() -> bool:
    """Return whether more is said."""
    return BEGAN.get() is not None


def say_step(step: str) -> None:
    """Print a step on standard error with the seconds since the command began, if asked to."""
    if (began := BEGAN.get()) is not None:
        sys.stderr.write(f"[{began.seconds():6.1f} s] {printable(step)}\n")
