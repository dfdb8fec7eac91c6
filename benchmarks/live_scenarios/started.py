"""A process of a product in service, started as its supervisor starts it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.server import DEADLINE
from production.operating.launched import LaunchedProcess

if TYPE_CHECKING:
    from pathlib import Path

    from production.operating.child_process import ChildSpec


class Started:
    """A process that was given its order.

    Args:
        spec: What it is.
        log: The file that it logs to.

    Attributes:
        pid: Its number.
    """

    def __init__(self, spec: ChildSpec, log: Path) -> None:
        with log.open("ab") as file:
            self._process = LaunchedProcess(
                spec.module, spec.name, stdout=file, stderr=file, is_forked=spec.is_forked
            )
        self.pid = self._process.pid
        spec.settle(self.pid)
        self._process.say(spec.order)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; one that has ended gets none."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.signal(signal.SIGKILL)

    def end(self) -> int:
        """Wait until it has ended, and return its exit code."""
        code = self._process.wait(DEADLINE)
        self._process.close()
        assert code is not None, f"{self.pid} has not ended"
        return code
