"""The processes of a product in service, each started as its supervisor starts it.

No supervisor: it would rest from what is killed too often.
"""

from __future__ import annotations

import os
import re
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.live_scenarios.started import Started
from benchmarks.serving_scenarios.load import LoadOrder
from benchmarks.serving_scenarios.server import RunningLoad, until
from production.operating.children import acting, serving
from production.operating.forked import prepare
from production.operating.lifecycle import allowed_agents
from production.operating.priority import keep_to
from production.operating.training_worker import MODULE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.live_scenarios.product import LiveProduct
    from production.operating.child_process import ChildSpec

TRAINS = MODULE.encode()
ACTING = re.compile(r"INFO \w+: acting")


class Member:
    """One process, which may be started again.

    Args:
        spec: What it is.
        log: The file that it logs to.
    """

    def __init__(self, spec: ChildSpec, log: Path) -> None:
        self.spec, self._log = spec, log
        self.process = Started(spec, log)

    @property
    def log(self) -> str:
        """What it logged, since it was first started."""
        return self._log.read_text(errors="replace")

    def starts(self) -> int:
        """Return how often it began to act."""
        return len(ACTING.findall(self.log))

    def kill(self) -> None:
        """Kill it, and start it again at once."""
        self.process.kill()
        self.process.end()
        self.process = Started(self.spec, self._log)

    def end(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.signal(signal.SIGCONT)
        self.process.signal(signal.SIGTERM)
        return self.process.end()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.signal(number)

    def trainings(self) -> list[int]:
        """Return the processes that it lets train now."""
        pid = self.process.pid
        listing = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listing.split() if runs(int(child))]


class Crew:
    """The engine and the agents of a product in service.

    Args:
        product: The product.
        folder: Where they log.
        skip: Agents that are not started.
    """

    def __init__(self, product: LiveProduct, folder: Path, *, skip: tuple[str, ...] = ()) -> None:
        prepare()
        self.product, self._folder = product, folder
        allowed = allowed_agents(product.config)
        names = [name for name, why in allowed.items() if not why and name not in skip]
        self._specs = {each.name: each for each in acting(product.config, names)}
        self.engine = Member(serving(product.config), folder / "engine.log")
        self.agents = {name: self.another(name) for name in self._specs}

    def another(self, name: str, called: str = "") -> Member:
        """Start a process of an agent.

        Args:
            name: The agent.
            called: What its log is called besides.
        """
        return Member(self._specs[name], self._folder / f"{name}{called}.log")

    def await_service(self) -> None:
        """Return once the engine answers and each agent acts."""
        until(lambda: "http://" in self.engine.log)
        until(lambda: all(each.starts() for each in self.agents.values()))

    @contextmanager
    def load(self, name: str, rate: float, **options: Any) -> Iterator[RunningLoad]:
        """Yield a load of requests, which is stopped at the end.

        Its clients run where the engine does: those of a product in service are on other hosts,
        where no agent is in their way.
        """
        order = LoadOrder(
            port=self.product.config.serving.port,
            output=str(self._folder / f"{name}.answers"),
            name=name,
            records=self.product.records,
            rate=rate,
            **{"connections": 8, **options},
        )
        load = RunningLoad(order)
        self.engine.spec.settle(load.pid)
        try:
            yield load
        finally:
            load.stop()

    def end(self) -> dict[str, int]:
        """Tell all to end, the engine last, and return their exit codes."""
        codes = {name: each.end() for name, each in self.agents.items()}
        return {**codes, "engine": self.engine.end()}


@contextmanager
def operating(product: LiveProduct, folder: Path, **options: Any) -> Iterator[Crew]:
    """Yield a product's processes once all are at work; those left at the end are killed.

    This process, which watches them, is kept out of the engine's way meanwhile, as agents are.
    """
    crew = Crew(product, folder, **options)
    every = frozenset(os.sched_getaffinity(0))
    keep_to(os.getpid(), next(iter(crew.agents.values())).spec.processors)
    try:
        crew.await_service()
        yield crew
    finally:
        for each in (crew.engine, *crew.agents.values()):
            each.process.kill()
            each.process.end()
        keep_to(os.getpid(), every)


def runs(process: int) -> bool:
    """Return whether there is a process that trains by this number."""
    try:
        return TRAINS in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it ended
        return False
