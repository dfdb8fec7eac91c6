"""What a prediction costs: models timed in turns, so that whatever slows the machine hits them all.

A turn is a run of its own, its first answers not counted: a model that is quick alone is not made
to look slow by the memory that another has just filled.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

from contracts.host.clock import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from contracts.ports import Model

MICROSECONDS = 1e6
#: Records answered in a turn, and those before them that are not counted.
TURN, WARMING = 20, 2


class Watch(Protocol):
    """Seconds gone by since it was made."""

    def seconds(self) -> float:
        """Return the seconds since the watch was made."""


def one_row(
    models: Sequence[Model],
    records: Sequence[Any],
    *,
    rounds: int = 10,
    watch: Callable[[], Watch] = Stopwatch,
) -> list[float]:
    """Return each model's median time of one record, microseconds.

    Args:
        models: What is timed, a turn each in every round.
        records: What is asked, over and over; at least one.
        rounds: How many turns each has.
        watch: Makes what tells the time.
    """
    taken: list[list[float]] = [[] for _ in models]
    size = WARMING + TURN
    for turn in range(rounds):
        asked = [records[(turn * size + at) % len(records)] for at in range(size)]
        for model, times in zip(models, taken, strict=True):
            answers = [_timed(model.one, record, watch) for record in asked]
            times.extend(answers[WARMING:])
    return [median(times) * MICROSECONDS for times in taken]


def batch(
    models: Sequence[Model],
    rows: pa.Table,
    *,
    rounds: int = 5,
    watch: Callable[[], Watch] = Stopwatch,
) -> list[float]:
    """Return each model's median time of a row when all rows are asked for at once, microseconds.

    Args:
        models: What is timed, once each in every round; the first round is not counted.
        rows: What is asked; at least one.
        rounds: How many count.
        watch: Makes what tells the time.
    """
    taken: list[list[float]] = [[] for _ in models]
    for _ in range(1 + rounds):
        for model, times in zip(models, taken, strict=True):
            times.append(_timed(model.predict, rows, watch))
    return [median(times[1:]) * MICROSECONDS / rows.num_rows for times in taken]


def _timed(call: Callable[[Any], object], asked: Any, watch: Callable[[], Watch]) -> float:
    started = watch()
    call(asked)
    return started.seconds()
