"""Whether parity tells what moved: twelve seeded moves of two products, and their quiet days.

    .venv/bin/python -m benchmarks.parity [amounts] [flights]

Each product runs in virtual time with its parity agent, which looks four times a day. Four
refreshes pass before a day on which something moves; each move goes on from a copy of the state of
that day, through one more refresh. Amounts take two minutes, flights about ten.
"""

from __future__ import annotations

import logging
import shutil
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from benchmarks.parity_moves import Move, MovedSource, OtherRows
from benchmarks.parity_products import amounts, flights
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, END_OF_TIME, HOUR
from production.agents.parity.agent import what_moved
from production.agents.parity.record import ParityProgress, parity_progress
from production.assembly.assemble import open_assembly
from production.assembly.parts import Parts
from production.backtest.state import run_state
from production.feedback.feed import Replay
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.parity_products import WatchedProduct
    from production.assembly.assemble import Assembly
    from production.serving.engine import Served

#: How many refreshes pass before something moves, and how often the agent looks.
REFRESHES, LOOKS = 4, 6 * HOUR
#: How many quiet days are looked at, at least.
QUIET = 20


class Watch:
    """One product under parity, in a state folder of its own.

    Args:
        watched: The product.
        folder: The folder, which may hold the state of an earlier day.
        move: What moves.
        at: From which moment on.
    """

    def __init__(self, watched: WatchedProduct, folder: Path, move: Move, at: int) -> None:
        self._watched, self._folder, self._move, self._at = watched, folder, move, at
        source = MovedSource(watched.product.source, move, at)
        self._product = replace(watched.product, source=source)

    def looks(self, until: int, *, each: Callable[[int], None] = id) -> Iterator[ParityProgress]:
        """Yield each look up to a moment; ``each`` is called with each wake-up's end."""
        with self._assembled(until) as (assembly, agent):
            stored = parity_progress(Checkpoints(assembly.database), self._watched.name)
            for step in assembly.loop.steps():
                for moment in range(step.at + LOOKS, step.until + 1, LOOKS):
                    agent.step(moment)
                    yield stored.load()
                each(step.until)
                if step.until >= until:
                    return

    @contextmanager
    def _assembled(self, until: int) -> Iterator[tuple[Assembly, Any]]:
        config, product = self._watched.config, self._product
        state = run_state(config, self._folder)
        rows = product.source.window(product.data_start, until, known_by=END_OF_TIME)
        feed = Replay(rows, start=product.start, until=until)
        clock = VirtualClock(product.start)
        with open_assembly(
            config, product, state=state, clock=clock, feed=feed, code="c0de", until=until
        ) as assembly:
            self._break(assembly)
            parts = Parts(config, product, state, assembly.database, code="c0de")
            parts.served.probe.check = lambda *_, **__: None  # all of it was packed here
            assembly.loader._probe = None  # noqa: SLF001 - the same
            yield assembly, parts.parity()

    def _break(self, assembly: Assembly) -> None:
        """Let the implementation move: what its learner is given, or what is served."""
        if self._move.rows:
            builder: Any = assembly.agents.training.trainer._builder  # noqa: SLF001
            builder._fits = OtherRows(builder._fits, self._move.rows)  # noqa: SLF001
        if self._move.served:
            serve, change = assembly.engine.serve, self._move.served

            def moved(requests: Any) -> Served:
                answer = serve(requests)
                return replace(answer, predictions=change(answer.predictions))

            assembly.engine.serve = moved  # type: ignore[method-assign]


def judge(watched: WatchedProduct, folder: Path) -> bool:
    """Print what parity says of a product's quiet days and of each move; return whether all fit."""
    start = watched.product.start
    at = start + REFRESHES * watched.refresh
    until = max(at + watched.refresh + 2 * DAY, start + (QUIET + 1) * DAY)
    kept = folder / "kept"

    def keep(moment: int) -> None:
        if moment == at:
            shutil.copytree(folder / "quiet", kept)

    (folder / "quiet").mkdir()
    quiet = [*Watch(watched, folder / "quiet", Move(), at).looks(until, each=keep)]
    rung = Counter(each.decision for each in quiet)
    days = (until - start) // DAY
    print(f"{watched.name}: {days} quiet days, {len(quiet)} looks: {dict(rung)}")
    _show(each for each in quiet if each.decision != "quiet")
    good = {*rung} == {"quiet"}
    for kind, moves in watched.moves.items():
        for name, move in moves.items():
            state = folder / f"{kind} {name}"
            shutil.copytree(kept, state)
            looks = [*Watch(watched, state, move, at).looks(at + 2 * DAY)]
            shutil.rmtree(state)
            good &= _judge_move(f"{kind:15}{name}", kind, looks, at)
    return good


def _judge_move(title: str, kind: str, looks: list[ParityProgress], at: int) -> bool:
    """Print what parity says of one move; return whether it says that, and nothing else."""
    kinds = {moved for each in looks for moved in what_moved(each.findings)}
    first = next((each for each in looks if kind in what_moved(each.findings)), None)
    hours = "never" if first is None else f"after {((first.at or 0) - at) // HOUR} h"
    verdict = "" if kinds == {kind} else "NO"
    print(f"  {title:41}{hours:12}{', '.join(sorted(kinds)) or 'nothing':16}{verdict}")
    _show([first] if first else looks[-1:])
    return not verdict


def _show(looks: Any) -> None:
    for each in looks:
        print(f"      {(each.at or 0) / DAY:.2f} {each.why[:240]}")


def main(names: list[str]) -> int:
    """Judge the products that are named, all if none is; return whether one was misjudged."""
    logging.disable(logging.WARNING)  # each finding is printed below
    with TemporaryDirectory(prefix="parity-") as temporary:
        folder, good = Path(temporary), True
        for name in names or ["amounts", "flights"]:
            place = folder / name
            place.mkdir()
            watched = flights() if name == "flights" else amounts(folder / "contract")
            good &= judge(watched, place)
    print("told apart" if good else "NOT told apart")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
