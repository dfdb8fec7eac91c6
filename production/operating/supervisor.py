"""Keeps the processes of a product running, and ends them in order."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from contracts.errors import LeaseError, LiaisonError, StateError
from production.operating.keeper import Keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.host.clock import Clock
    from production.agents.supervised import SupervisedChild
    from production.operating.child_process import ChildSpec
    from production.operating.circuit import RestartLimits

LOG = logging.getLogger("liaison.operating")


class ProcessSupervisor:
    """Starts processes, replaces those that end, and ends all when it is told to.

    Args:
        groups: The processes, in groups that end one after the other, the last one first.
        limits: How soon and how often one is started again.
        clock: The machine's time.
        keep: Puts the state of the processes on record, under the supervisor's lease.
        every: Seconds between two records.
        on_line: Called with this supervisor, and each line that a process of a name writes.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[ChildSpec]],
        limits: RestartLimits,
        *,
        clock: Clock,
        keep: Callable[[Sequence[SupervisedChild]], None],
        every: float,
        on_line: Callable[[ProcessSupervisor, str, str], None],
    ) -> None:
        self._keep, self._every, self._on_line = keep, every, on_line
        self._ending, self._changed = asyncio.Event(), asyncio.Event()
        self._error: LiaisonError | None = None
        self._away, self._is_done = "", False
        self._groups = [[self._keeper(spec, limits, clock) for spec in group] for group in groups]

    async def run(self) -> bool:
        """Keep all processes running until told to end, or all are done; end them in order.

        Returns:
            Whether all are done, and nobody told it to end.

        Raises:
            LeaseError: Another supervisor took over.
            StateError: A process that is required could not start, or one ended with an error.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        running = [asyncio.create_task(self._run(keeper)) for keeper in self._keepers]
        for task in running:
            task.add_done_callback(self._end_if_broken)
        recording = asyncio.create_task(self._record())
        await self._ending.wait()
        for group in reversed(self._groups):
            await asyncio.gather(*(keeper.end() for keeper in group))
        await asyncio.gather(*running)
        await recording
        if self._error is not None:
            raise self._error
        return self._is_done

    def end(self) -> None:
        """End all processes in order."""
        if not self._ending.is_set():
            self._is_done = all(each.state.is_over for each in self._keepers)
            if not self._is_done:
                LOG.info("ending: each process finishes what it is about")
        self._ending.set()
        self._changed.set()

    async def end_group(self, at: int) -> None:
        """End the processes of one group for good."""
        await asyncio.gather(*(keeper.end() for keeper in self._groups[at]))

    def say(self, name: str, line: str) -> None:
        """Write a line to a process."""
        for keeper in self._keepers:
            if keeper.spec.name == name:
                keeper.say(line.encode())

    @property
    def _keepers(self) -> list[Keeper]:
        return [keeper for group in self._groups for keeper in group]

    def _keeper(self, spec: ChildSpec, limits: RestartLimits, clock: Clock) -> Keeper:
        return Keeper(
            spec,
            limits,
            clock=clock,
            changed=self._changed.set,
            on_line=lambda line: self._on_line(self, spec.name, line),
        )

    async def _run(self, keeper: Keeper) -> None:
        """Keep one process running; end all if it failed for good, or was the last one."""
        await keeper.run()
        if keeper.failed and self._error is None:
            self._error = StateError(
                f"{keeper.spec.name} {keeper.state.error}", hint="what it logged says why"
            )
        if keeper.failed or all(each.state.is_over for each in self._keepers):
            self.end()

    def _end_if_broken(self, task: asyncio.Task[None]) -> None:
        """End all where one can be kept running no more."""
        if task.exception():
            self.end()

    async def _record(self) -> None:
        """Put the processes on record when one changes, and every so often, to the end."""
        while True:
            is_last = self._ending.is_set() and all(each.state.is_over for each in self._keepers)
            self._changed.clear()
            await self._record_once()
            if is_last:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._changed.wait()

    async def _record_once(self) -> None:
        try:
            await asyncio.to_thread(self._keep, [each.state for each in self._keepers])
            self._away = ""
        except LeaseError as error:
            self._error = self._error or error
            self.end()
        except LiaisonError as error:
            # The processes run on; they know themselves how to do without the database.
            if str(error) != self._away:
                self._away = str(error)
                LOG.error("the processes cannot be put on record: %s", error)  # noqa: TRY400
