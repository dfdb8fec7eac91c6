"""How much a process that was started counts where processors are short."""

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
