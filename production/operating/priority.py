"""How processes share the processors of a machine."""

from __future__ import annotations

import os
from contextlib import suppress


def yield_to_others(process: int, niceness: int) -> None:
    """Let a process that was just started count less than this one.

    Whoever starts it says so: by the time that it could itself, it has loaded all that it needs,
    which takes seconds of a processor.

    Args:
        process: Its number.
        niceness: How much less, as ``nice`` counts it; 0 for as much.
    """
    if niceness:
        with suppress(ProcessLookupError):  # it has ended
            mine = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, process, mine + niceness)


def keep_to(process: int, processors: frozenset[int]) -> None:
    """Let a process that was just started, and what it starts, run on some processors alone.

    Args:
        process: Its number.
        processors: Their numbers; none for all that this one runs on.
    """
    if processors:
        with suppress(ProcessLookupError):  # it has ended
            os.sched_setaffinity(process, processors)


def apart(share: float) -> tuple[frozenset[int], frozenset[int]]:
    """Return the processors that others have, and those that are the share of some.

    A process that comes first still waits where the processor that it woke on is busy: on a
    processor of its own it does not.

    Args:
        share: Which share of the processors of this process; at least one is left on either side.

    Returns:
        Their numbers; none on both sides where all share all: with a share of 1, on a single
        processor, and on a system that cannot keep processes apart.
    """
    if share == 1 or not hasattr(os, "sched_getaffinity"):
        return frozenset(), frozenset()
    every = sorted(os.sched_getaffinity(0))
    if len(every) == 1:
        return frozenset(), frozenset()
    count = min(max(int(len(every) * share), 1), len(every) - 1)
    return frozenset(every[:-count]), frozenset(every[-count:])
