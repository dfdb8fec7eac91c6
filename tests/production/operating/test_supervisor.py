"""The supervisor with real processes, which stand in for those of a product."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.errors import LeaseError, StateError, UnavailableError
from contracts.host.clock import WallClock
from contracts.host.fork_server import FORKS
from production.operating.child_process import ChildProcess, ChildSpec
from production.operating.circuit import RestartLimits
from production.operating.supervisor import ProcessSupervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from production.agents.supervised import SupervisedChild

#: Processes are started: once, not on every Python.
pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]
STAND_IN = "tests.production.operating.stand_in"
#: Pauses of a hundredth of a second and less.
QUICK = RestartLimits(first=1_000, most=10_000, failures=50)
DEADLINE = 60.0


def stand_in(name: str, *words: str, **more: object) -> ChildSpec:
    """Return a process that stands in, called by its order; an agent is forked, as agents are."""
    order = " ".join((name, *words)).encode()
    forked = FORKS and name == "agent"
    return ChildSpec(name=name, module=STAND_IN, order=order, is_forked=forked, **more)


class Watched:
    """A supervisor of stand-ins that is told what to do at a line, or at a state."""

    def __init__(
        self,
        *groups: Sequence[ChildSpec],
        limits: RestartLimits = QUICK,
        at_line: Callable[[Watched, str, str], None] = lambda *_: None,
        at_state: Callable[[Watched], None] = lambda _: None,
    ) -> None:
        self.states: list[Sequence[SupervisedChild]] = []
        self.lines: list[tuple[str, str]] = []
        self.supervisor: ProcessSupervisor
        self._groups, self._limits = groups, limits
        self._at_line, self._at_state = at_line, at_state

    def run(self) -> None:
        """Run it to its end."""
        asyncio.run(asyncio.wait_for(self._run(), DEADLINE))

    def state(self, name: str) -> SupervisedChild:
        """Return the last recorded state of a process."""
        return next(each for each in self.states[-1] if each.name == name)

    def end(self) -> None:
        """End it, from any thread."""
        self._loop.call_soon_threadsafe(self.supervisor.end)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.supervisor = ProcessSupervisor(
            self._groups,
            self._limits,
            clock=WallClock(),
            keep=self._keep,
            every=0.05,
            on_line=self._line,
        )
        await self.supervisor.run()

    def _keep(self, states: Sequence[SupervisedChild]) -> None:
        self.states.append(states)
        self._at_state(self)

    def _line(self, _: ProcessSupervisor, name: str, line: str) -> None:
        self.lines.append((name, line))
        self._at_line(self, name, line)


@pytest.mark.parametrize("name", ["agent", "engine"])
def test_a_process_that_is_killed_is_started_again(name: str) -> None:
    """With its order; how it ended is on record. A new one has taken its place."""
    pids: list[int] = []

    def at_state(watched: Watched) -> None:
        child = watched.state(name)
        reported = len(watched.lines)
        if child.pid is None or reported <= len(pids):
            return
        pids.append(child.pid)
        if len(pids) == 1:
            os.kill(child.pid, signal.SIGKILL)
        else:
            watched.end()

    watched = Watched([stand_in(name, "serve")], at_state=at_state)
    watched.run()
    assert watched.lines == [(name, f"order {name}")] * 2
    assert len({*pids}) == 2
    last = watched.state(name)
    assert (last.restarts, last.is_over) == (1, True)
    assert any("SIGKILL" in state.error for each in watched.states for state in each)


def test_a_process_that_ends_too_often_is_left_alone_for_a_while() -> None:
    """Its circuit opens, which is on record with what it logged last; the others run on."""

    def at_state(watched: Watched) -> None:
        if watched.state("agent").is_open and ("engine", "order engine") in watched.lines:
            watched.end()

    specs = [stand_in("engine", "serve")], [stand_in("agent", "fails-later")]
    watched = Watched(*specs, limits=RestartLimits(first=1_000, failures=3), at_state=at_state)
    watched.run()
    states = [each for state in watched.states for each in state if each.name == "agent"]
    opened = next(each for each in states if each.is_open)
    assert opened.error == "ended with exit code 4: it broke"
    assert opened.again is not None
    assert opened.again - opened.since > 9 * 60 * 1_000_000
    assert watched.lines.count(("agent", "order agent")) == 3
    assert watched.state("engine").restarts == 0


def test_processes_end_in_order(tmp_path: Path) -> None:
    """At SIGTERM those of the last group end first, then those before it."""
    log = tmp_path / "log"

    def at_line(watched: Watched, *_: str) -> None:
        if len(watched.lines) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    names = ["engine", "agent", "traffic"]
    Watched(*([stand_in(name, "serve", str(log))] for name in names), at_line=at_line).run()
    assert log.read_text().split() == ["traffic", "ended", "agent", "ended", "engine", "ended"]


def test_a_process_that_does_not_end_is_killed() -> None:
    """Once its patience is over; the error says so, since what it was about is lost."""
    spec = stand_in("agent", "stubborn", patience=0.2)
    watched = Watched([spec], at_line=lambda watched, *_: watched.supervisor.end())
    with pytest.raises(StateError, match="agent was ended by SIGKILL"):
        watched.run()


def test_where_the_engine_cannot_start_nothing_runs() -> None:
    """The first end of a required process, before it reported, ends all with what it logged."""
    engine = stand_in("engine", "fails", is_required=True)
    with pytest.raises(StateError, match="engine ended with exit code 3: nothing works"):
        Watched([engine], [stand_in("agent", "serve")]).run()


def test_a_supervisor_ends_once_all_is_done() -> None:
    """A process whose work is done is not started again."""
    watched = Watched([stand_in("deploy", "done", is_done_at_end=True)])
    watched.run()
    assert watched.lines == [("deploy", "order deploy")]


def test_a_process_hears_what_it_is_told() -> None:
    """A line that is said to it comes after its order."""

    def at_line(watched: Watched, _: str, line: str) -> None:
        if line == "heard settle":
            watched.supervisor.end()
        else:
            watched.supervisor.say("traffic", "settle")

    watched = Watched([stand_in("traffic", "serve")], at_line=at_line)
    watched.run()
    assert watched.lines[-1] == ("traffic", "heard settle")


def test_a_process_yields_to_others_from_its_start() -> None:
    """In the session of its supervisor, where niceness counts, and in a group of its own."""

    async def start() -> tuple[int, int, int, int]:
        lines = asyncio.Queue[str]()
        child = await ChildProcess.start(stand_in("agent", "serve", niceness=3), lines.put_nowait)
        priority = os.getpriority(os.PRIO_PROCESS, child.pid)
        await lines.get()
        ids = child.pid, os.getpgid(child.pid), os.getsid(child.pid)
        await child.end()
        return priority, *ids

    priority, process, group, session = asyncio.run(start())
    assert priority == min(os.getpriority(os.PRIO_PROCESS, 0) + 3, 19)
    assert (group, session) == (process, os.getsid(0))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="Linux alone keeps them apart")
def test_a_process_keeps_to_its_processors() -> None:
    """To those that it is given, and to all if it is given none."""
    mine = os.sched_getaffinity(0)

    async def kept(processors: frozenset[int]) -> set[int]:
        spec = stand_in("agent", "serve", processors=processors)
        child = await ChildProcess.start(spec, lambda _: None)
        kept = os.sched_getaffinity(child.pid)
        await child.end()
        return kept

    assert asyncio.run(kept(frozenset({max(mine)}))) == {max(mine)}
    assert asyncio.run(kept(frozenset())) == mine


def test_a_supervisor_that_was_replaced_ends_its_processes() -> None:
    """Two supervisors of one product would start everything twice."""

    def at_state(watched: Watched) -> None:
        if watched.lines:
            raise LeaseError("another took over")

    with pytest.raises(LeaseError, match="another took over"):
        Watched([stand_in("agent", "serve")], at_state=at_state).run()


def test_while_the_database_is_away_the_processes_run_on() -> None:
    """What cannot be put on record now is once it can be."""
    failures: list[str] = []

    def at_state(watched: Watched) -> None:
        if not watched.lines:
            return
        if len(failures) < 2:
            failures.append("away")
            raise UnavailableError("away")
        watched.end()

    watched = Watched([stand_in("agent", "serve")], at_state=at_state)
    watched.run()
    assert len(failures) == 2
    assert watched.state("agent").restarts == 0


SUPERVISES = """
import asyncio, sys
from contracts.host.clock import WallClock
from production.operating.circuit import RestartLimits
from production.operating.supervisor import ProcessSupervisor
from tests.production.operating.test_supervisor import stand_in
async def main():
    lines = lambda _, name, line: print(name, line, flush=True)
    specs = [[stand_in("engine", "serve", sys.argv[1])], [stand_in("agent", "serve", sys.argv[1])]]
    supervisor = ProcessSupervisor(specs, RestartLimits(), clock=WallClock(), keep=lambda _: None,
                            every=1.0, on_line=lines)
    await supervisor.run()
asyncio.run(main())
"""


def test_where_the_supervisor_is_killed_its_processes_end(tmp_path: Path) -> None:
    """In order, as at SIGTERM: their standard input ends. Another supervisor starts them anew."""
    log = tmp_path / "log"
    os.mkfifo(log)
    command = [sys.executable, "-c", SUPERVISES, str(log)]
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
            assert process.stdout is not None
            lines = {process.stdout.readline() for _ in range(2)}
            assert lines == {"engine order engine\n", "agent order agent\n"}
            process.kill()
            ended: list[str] = []
            while len(ended) < 2:
                ended += log.read_text().splitlines()
            assert sorted(ended) == ["agent ended", "engine ended"]


def test_a_signal_to_the_group_of_the_supervisor_ends_all_in_order(tmp_path: Path) -> None:
    """As a service manager sends it: what agents are forked from is in that group too."""
    log = tmp_path / "log"
    command = [sys.executable, "-c", SUPERVISES, str(log)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, text=True, process_group=0
    ) as process:
        assert process.stdout is not None
        lines = {process.stdout.readline() for _ in range(2)}
        assert lines == {"engine order engine\n", "agent order agent\n"}
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    assert log.read_text().splitlines() == ["agent ended", "engine ended"]
