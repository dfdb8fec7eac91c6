"""A command whose calls run in forked processes: does what its word says.

where | limited | fails | killed | waits
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

from threadpoolctl import threadpool_info

from contracts.compute.forked import Workers
from contracts.compute.local import LocalCompute
from contracts.compute.port import call
from contracts.errors import LiaisonError

#: Loads numeric libraries, among others.
PRELOADED = "production.backtest.preloaded"


def main(word: str) -> None:
    """Run four calls in two processes, and print what they return or how they fail."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job may ignore it
    Workers.prepare(PRELOADED)
    try:
        with LocalCompute(processes=2).workers(4) as run:
            for answer in run(call(ANSWERS[word], number) for number in range(4)):
                say(answer)
    except LiaisonError as error:
        say(type(error).__name__, error.hint)
    except ZeroDivisionError as error:
        say(type(error).__name__)


def where(number: int) -> tuple[int, str, bool]:
    """Return a number, which process this is, and whether that had loaded libraries."""
    return number, multiprocessing.current_process().name, "sklearn.linear_model" in sys.modules


def limited(_: int) -> dict[str, int]:
    """Return how many threads numeric libraries have here, by what they are made with."""
    spins = {"spins": int(os.environ["GOMP_SPINCOUNT"])}
    return spins | {each["user_api"]: each["num_threads"] for each in threadpool_info()}


def fails(number: int) -> float:
    """Fail for one number, and never return for the others."""
    return 1 / 0 if number == 1 else waits(number)


def killed(number: int) -> float:
    """End its own process for one number, as the system does where memory is short."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return waits(number)


def waits(_: int) -> float:
    """Say that it waits, and never return."""
    say("waits")
    while True:
        signal.pause()


def say(*words: object) -> None:
    """Print a line, at once and whole."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


ANSWERS = {each.__name__: each for each in (where, limited, fails, killed, waits)}

if __name__ == "__main__":
    main(sys.argv[1])
