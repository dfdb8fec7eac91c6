"""How processes share the processors of a machine."""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from pathlib import Path

#: Where Linux describes the processors.
CPUS = Path("/sys/devices/system/cpu")
LOG = logging.getLogger("liaison.operating")


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

    Where the system does not allow it, it runs on all: that is logged.

    Args:
        process: Its number.
        processors: Their numbers; none for all that this one runs on.
    """
    if not processors:
        return
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            os.sched_setaffinity(int(thread.name), processors)
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return
    except OSError as error:
        words = "process %d runs on all processors, not on %s alone: %s"
        LOG.warning(words, process, sorted(processors), error)


def apart(share: float) -> tuple[frozenset[int], frozenset[int]]:
    """Return the processors that others have, and those that are the share of some.

    A process that comes first still waits where the processor that it woke on is busy: on
    processors of its own it does not. Threads of a core are kept together as far as numbers allow.

    Args:
        share: Which share of the processors of this process; at least one is left on either side.

    Returns:
        Their numbers; none on both sides where all share all: with a share of 1, on a single
        processor, and on a system that cannot keep processes apart.
    """
    if share == 1 or not hasattr(os, "sched_getaffinity"):
        return frozenset(), frozenset()
    every = sorted(os.sched_getaffinity(0), key=lambda each: (_core(each), each))
    if len(every) == 1:
        return frozenset(), frozenset()
    count = min(max(int(len(every) * share), 1), len(every) - 1)
    return frozenset(every[:-count]), frozenset(every[-count:])


def _core(processor: int) -> int:
    """Return the first of the processors that are threads of the same core."""
    try:
        siblings = (CPUS / f"cpu{processor}/topology/thread_siblings_list").read_text()
        return int(re.split("[,-]", siblings.strip())[0])
    except (OSError, ValueError):  # a system that does not say
        return processor
