"""The clause `latency`: the time of the candidate's predictions, as a ratio to the reference's."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import msgspec

from contracts.equivalence.clause import Clause, Positive, Result, Status
from contracts.equivalence.probes.differences import evenly_spaced
from contracts.host.clock import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from contracts.equivalence.case import Case
    from contracts.ports import Model

#: A batch has at most so many rows.
BATCH = 10_000
MICROSECONDS = 1e6
#: Records answered in a turn, and those before them that are not counted.
TURN, WARMING = 20, 2


class Latency(Clause, frozen=True, kw_only=True):
    """One record, and a row of a large batch, take at most a multiple of the reference's time.

    Both sides are timed in turns in the same run, so a ratio means the same on any machine, though
    it varies more on a busy one. Without a budget the times are reported and nothing is required.

    Attributes:
        at_most: The largest ratio for one record; null for no budget.
        batch_at_most: The largest ratio for a row of a batch; null for no budget.
        rounds: How many turns of records each side has.
    """

    at_most: Positive | None = None
    batch_at_most: Positive | None = None
    rounds: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10

    name = "latency"
    pairs = ("same_data", "same_state")
    eases = {"at_most": "up", "batch_at_most": "up", "rounds": "never"}

    def __call__(self, case: Case) -> Result:
        """Time both sides on the golden records and on a batch of the test window."""
        costs = self._costs(case)
        tightest = max(costs, key=lambda cost: cost.used)
        status: Status = "equivalent" if tightest.used <= 1 else "different"
        return Result(
            status="reported" if tightest.budget is None else status,
            message="; ".join(cost.text for cost in costs),
            observed=tightest.ratio,
            limit=tightest.budget,
            evidence={
                cost.what: {**msgspec.structs.asdict(cost), "ratio": cost.ratio} for cost in costs
            },
        )

    def _costs(self, case: Case) -> tuple[Cost, Cost]:
        models = (case.candidate, case.reference)
        rows = case.sample.rows
        rows = rows.take(evenly_spaced(rows.num_rows, count=BATCH))
        for model in models:  # what a side cannot answer is found before anything is timed
            case.predict_each(model, case.golden.rows)
            case.predict(model, rows)
        one = time_one_row(models, case.records(case.golden.rows), rounds=self.rounds)
        many = time_batch(models, rows)
        return (
            Cost(what="one row", candidate_us=one[0], reference_us=one[1], budget=self.at_most),
            Cost(
                what=f"a row in a batch of {rows.num_rows:,}",
                candidate_us=many[0],
                reference_us=many[1],
                budget=self.batch_at_most,
            ),
        )


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """The time of a row on either side, asked for in one way, and the budget.

    Attributes:
        what: The way.
        candidate_us: The candidate's median, microseconds.
        reference_us: The reference's.
        budget: The largest ratio allowed; None if it is only reported.
    """

    what: str
    candidate_us: float
    reference_us: float
    budget: float | None

    @property
    def ratio(self) -> float:
        """The candidate's time as a multiple of the reference's."""
        return self.candidate_us / self.reference_us

    @property
    def used(self) -> float:
        """The share of the budget that the ratio takes: more than 1 is too much."""
        return 0.0 if self.budget is None else self.ratio / self.budget

    @property
    def text(self) -> str:
        """The two times, their ratio and its budget."""
        budget = "no budget" if self.budget is None else f"at most {self.budget:g} allowed"
        return (
            f"{self.what} takes {_figure(self.candidate_us)} µs, the reference's "
            f"{_figure(self.reference_us)} µs: {_figure(self.ratio)} times, {budget}"
        )


class Watch(Protocol):
    """Counts seconds from when it is made."""

    def seconds(self) -> float:
        """Return the seconds since the watch was made."""


def time_one_row(
    models: Sequence[Model],
    records: Sequence[Any],
    *,
    rounds: int = 10,
    watch: Callable[[], Watch] = Stopwatch,
) -> list[float]:
    """Return each model's median time of one record, microseconds.

    The models take turns, so that whatever slows the machine slows them all. The first answers of a
    turn are not counted: a model that is quick alone would look slow because of the memory that
    another has just filled.

    Args:
        models: What is timed, one turn each in every round.
        records: What they are asked, over and over; at least one.
        rounds: How many turns each has.
        watch: Makes what measures the time.
    """
    times: list[list[float]] = [[] for _ in models]
    size = WARMING + TURN
    for turn in range(rounds):
        chosen = [records[(turn * size + at) % len(records)] for at in range(size)]
        for model, of_model in zip(models, times, strict=True):
            answers = [_timed(model.one, record, watch) for record in chosen]
            of_model.extend(answers[WARMING:])
    return [median(of_model) * MICROSECONDS for of_model in times]


def time_batch(
    models: Sequence[Model],
    rows: pa.Table,
    *,
    rounds: int = 5,
    watch: Callable[[], Watch] = Stopwatch,
) -> list[float]:
    """Return each model's median time of a row of a batch, microseconds.

    Args:
        models: What is timed, once each in every round; the first round is not counted.
        rows: The batch; at least one row.
        rounds: How many rounds count.
        watch: Makes what measures the time.
    """
    times: list[list[float]] = [[] for _ in models]
    for _ in range(1 + rounds):
        for model, of_model in zip(models, times, strict=True):
            of_model.append(_timed(model.predict, rows, watch))
    return [median(of_model[1:]) * MICROSECONDS / rows.num_rows for of_model in times]


def _timed(call: Callable[[Any], object], argument: Any, watch: Callable[[], Watch]) -> float:
    started = watch()
    call(argument)
    return started.seconds()


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
