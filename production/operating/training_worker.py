"""The process that trains: started when there is something to train, then kept for a while.

Most of what a small training takes is the start of its process, so the next one soon after finds it
warm. It ends once it has rested for `RESTS` or trained `TRAININGS` times, with whatever a library
did not give back.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.moment import MINUTE
from production.agents.records import TrainingResult
from production.operating.child import Child
from production.settings import Production

if TYPE_CHECKING:
    from contracts.host.clock import Clock

#: What trains.
MODULE = "production.operating.training_process"
RESTS, TRAININGS = MINUTE, 50
#: How much less than the agent that asks it the process counts where processors are short.
NICENESS = 5


class TrainingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is to train.

    Attributes:
        config: The configuration.
        at: The moment it was asked for, microseconds.
        reason: What asked for it.
        result: The file that the result is written to, as JSON; the worker names it.
    """

    config: Production
    at: int
    reason: str
    result: str = ""


class BrokenOff(msgspec.Struct, frozen=True, kw_only=True):
    """A training whose process ended before it wrote a result, and why."""

    error: str


class TrainingWorker:
    """Trains in another process, one order at a time.

    An agent that lost its lease, or failed, is opened again around the same worker: a training
    that is under way goes on if nobody else held the lease in between, see `adopt`.

    Args:
        machine: The time of the machine.

    Attributes:
        order: What is being trained, or was and is not taken yet; none otherwise.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self.order: TrainingOrder | None = None
        self._folder = TemporaryDirectory(prefix="training-")
        self._child: Child | None = None
        self._token, self._trained, self._since = 0, 0, machine.now()
        self._ordered = 0

    def adopt(self, token: int) -> None:
        """Work under a lease from now on; end a training that is not its holder's to record.

        Tokens grow by one with each holder: this one's last and the next are this process's own, if
        nobody held the lease between the two.

        Args:
            token: The token of the lease.
        """
        if self.order is not None and token > self._token + 1:
            self.end()
        self._token = token

    def begin(self, order: TrainingOrder) -> None:
        """Begin to train what is ordered; nothing else may be under way."""
        # A name of its own: one that was ended before it was taken may have left its result.
        self._ordered += 1
        result = Path(self._folder.name) / f"{self._ordered}.json"
        self.order = replace(order, result=str(result))
        if self._child is not None and self._child.is_running:
            self._child.say(self.order)
        else:
            self._end_process()
            self._child = Child(MODULE, self.order, niceness=NICENESS)

    @property
    def is_running(self) -> bool:
        """Whether a training is under way."""
        if self.order is None or Path(self.order.result).exists():
            return False
        return self._child is not None and self._child.is_running

    def take(self) -> TrainingResult | BrokenOff:
        """Return what came of the training, once none is under way."""
        assert self.order is not None
        assert self._child is not None
        path, self.order = Path(self.order.result), None
        self._since, self._trained = self._machine.now(), self._trained + 1
        if path.exists():
            result = msgspec.json.decode(path.read_bytes(), type=TrainingResult)
            path.unlink()
            return result
        child, self._child = self._child, None
        return BrokenOff(error=child.finish())

    def rest(self) -> None:
        """End the process if it has rested for long, or has trained often."""
        is_worn = self._trained >= TRAININGS
        if self._child is not None and (is_worn or self._machine.now() - self._since >= RESTS):
            self.end()

    def end(self) -> None:
        """End the process, and a training that is under way."""
        self.order, self._trained = None, 0
        self._end_process()

    def close(self) -> None:
        """End for good."""
        self.end()
        self._folder.cleanup()

    def _end_process(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
