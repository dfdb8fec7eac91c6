"""A calm small product in virtual time, watched by its parity agent; and what can move in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from contracts.config.product import Side
from contracts.contract.terms import ClauseTerm
from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR
from production.agents.parity.agent import what_moved
from production.agents.parity.record import parity_progress
from production.assembly.parts import Parts
from production.backtest.state import run_state
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from production.agents.parity.record import ParityProgress
    from production.assembly.assemble import Assembly
    from production.serving.engine import Served

#: Four refreshes have passed by the day on which something moves; two more come after it.
MOVES, UNTIL, EACH = 31, 44, 40
COLOURS = np.array(["red", "green", "blue"])
WORDS = (
    "lifecycle=dual",
    "parity=sampled",
    "parity.share=1",
    "parity.over=3d",
    "strategy.window=8d",
    "gate.history=null",
    "gate.margin=null",
    "gate.step=null",
    "gate.alarm=null",
)


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What moves from a day on.

    Attributes:
        data: Changes the colours, sizes and outcomes of the events from then on.
        learner: Options of production's learner.
        served: Changes what is served from then on, given the predictions and the colours.
    """

    data: Callable[[np.random.Generator, dict[str, Any]], None] | None = None
    learner: dict[str, Any] = {}
    served: Callable[[Any, Any], Any] | None = None


def mostly_red(rng: np.random.Generator, columns: dict[str, Any]) -> None:
    """Let nine in ten events be red."""
    columns["colour"][rng.random(len(columns["colour"])) < 0.85] = "red"


def smaller(_: np.random.Generator, columns: dict[str, Any]) -> None:
    """Measure sizes in another unit."""
    columns["size"] *= 0.3


def unmeasured(rng: np.random.Generator, columns: dict[str, Any]) -> None:
    """Leave six sizes in ten out."""
    columns["size"][rng.random(len(columns["size"])) < 0.6] = np.nan


def without_green(_: np.random.Generator, columns: dict[str, Any]) -> None:
    """Let green be called blue."""
    columns["colour"][columns["colour"] == "green"] = "blue"


def inverted(_: np.random.Generator, columns: dict[str, Any]) -> None:
    """Swap what counts as late."""
    columns["late"][:] = ~columns["late"]


def mostly_late(rng: np.random.Generator, columns: dict[str, Any]) -> None:
    """Take nine in ten events for late."""
    columns["late"][:] = rng.random(len(columns["late"])) < 0.9


def hardly_late(rng: np.random.Generator, columns: dict[str, Any]) -> None:
    """Take one event in ten for late."""
    columns["late"][:] = rng.random(len(columns["late"])) < 0.1


def red_and_blue_swapped(_: np.random.Generator, columns: dict[str, Any]) -> None:
    """Invert the outcomes of red and blue alone."""
    other = columns["colour"] != "green"
    columns["late"][other] = ~columns["late"][other]


MOVED: dict[str, dict[str, Move]] = {
    "data": {each.__name__: Move(data=each) for each in (mostly_red, smaller, unmeasured)}
    | {"without_green": Move(data=without_green)},
    "implementation": {
        "learns the opposite": Move(learner={"worsens": 11}),
        "learns too much": Move(learner={"biased": 11}),
        "is off for red": Move(served=lambda p, colours: p + 0.01 * (colours == "red")[:, None]),
        "rounds": Move(served=lambda p, _: p.round(2)),
    },
    "model": {each.__name__: Move(data=each) for each in (inverted, mostly_late, hardly_late)}
    | {"red_and_blue_swapped": Move(data=red_and_blue_swapped)},
}


def history(move: Move, *, seed: int) -> pa.Table:
    """Return events whose colours mean the same for good, but for what moves."""
    rng = np.random.default_rng(seed)
    n = UNTIL * EACH
    times = np.sort(rng.choice(UNTIL * DAY // 1_000_000, n, replace=False)) * 1_000_000
    at = rng.integers(0, 3, n)
    late = rng.random(n) < np.array([0.1, 0.5, 0.9])[at]
    size = np.where(rng.random(n) < 0.1, np.nan, rng.random(n))
    columns = {"colour": COLOURS[at], "size": size, "late": late}
    if move.data:
        later = times >= MOVES * DAY
        part = {name: values[later] for name, values in columns.items()}
        move.data(rng, part)
        for name, values in part.items():
            columns[name][later] = values
    arrived = times + (HOUR + 4 * HOUR * rng.exponential(size=n)).astype(np.int64)
    return pa.table(
        {
            "id": [f"{each:06d}" for each in range(n)],
            "key": [f"k{each % 17}" for each in range(n)],
            "time": pa.array(times, INSTANT),
            "outcome": pa.array(columns["late"].tolist(), pa.bool_()),
            "arrived": pa.array(arrived, INSTANT),
            "known": pa.array(times - HOUR, INSTANT),
            "colour": columns["colour"].tolist(),
            "size": pa.array(columns["size"], mask=np.isnan(columns["size"])),
        }
    )


class Watched:
    """The product, run to its end, with a look after each wake-up.

    Args:
        operation: Makes the small product's operation.
        move: What moves.
        seed: Of its history.
        words: Further words of the command line.
    """

    def __init__(
        self,
        operation: Callable[..., Any],
        move: Move,
        *words: str,
        seed: int = 5,
        solution: str = "production_toy.Learner",
    ) -> None:
        source = Memory(history(move, seed=seed))
        case = operation(*WORDS, *words, source=source, learner=move.learner, until=UNTIL)
        side = Side(learner={"_target_": solution}, model="production_toy.Rates")
        product = replace(case.config.product, name="toy", solution=side)
        case.config = replace(case.config, product=product)
        golden = ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": 0.001})
        contract = replace(case.product.contract, clauses=(golden,))
        case.product = replace(case.product, contract=contract)
        self.case, self.assembly = case, case.build()
        self.looks: list[ParityProgress] = []
        if move.served:
            _distort(self.assembly, move.served)

    def run(self) -> Watched:
        """Run to the end, and keep each look."""
        agent = self.agent()
        stored = parity_progress(Checkpoints(self.assembly.database), "toy")
        for step in self.assembly.loop.steps():
            if step.until <= UNTIL * DAY:
                agent.step(step.until)
                self.looks.append(stored.load())
        return self

    def agent(self) -> Any:
        """Return the parity agent, as a process that starts now would make it."""
        state = run_state(self.case.config, self.case.state)
        parts = Parts(
            self.case.config, self.case.product, state, self.assembly.database, code="c0de"
        )
        for each in self.assembly.generations.all("toy"):
            parts.served.probe.trust(each.artifact)
        parts.served.probe.check = lambda *_, **__: None  # a process for each would take seconds
        return parts.parity()

    def moved(self, start: int, end: int) -> set[str]:
        """Return what moved by the looks from one day to another."""
        looks = [each for each in self.looks if start * DAY < (each.at or 0) <= end * DAY]
        return {moved for each in looks for moved in what_moved(each.findings)}


def _distort(assembly: Assembly, served: Callable[[Any, Any], Any]) -> None:
    """Let the engine serve something else from the day of the move on."""
    serve = assembly.engine.serve

    def distorted(requests: pa.Table) -> Served:
        answer = serve(requests)
        if requests["time"].cast(pa.int64())[0].as_py() < MOVES * DAY:
            return answer
        colours = np.array(requests["colour"].to_pylist())
        return replace(answer, predictions=served(answer.predictions, colours))

    assembly.engine.serve = distorted  # type: ignore[method-assign]
