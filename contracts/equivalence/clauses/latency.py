"""The clause `latency`: what the candidate's predictions cost, as a ratio to the reference's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Ratio
from contracts.equivalence.probes import timing
from contracts.equivalence.probes.differences import spread
from contracts.equivalence.verdict import Status, Verdict

if TYPE_CHECKING:
    from contracts.equivalence.case import Case

#: A batch is at most so many rows.
BATCH = 10_000


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one way to ask costs a row on either side, and the budget.

    Attributes:
        what: The way.
        candidate_us: The candidate's median, microseconds.
        reference_us: The reference's.
        budget: The largest ratio asked for; none where it is only reported.
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
        """How much of the budget the ratio takes: more than 1 is too much."""
        return 0.0 if self.budget is None else self.ratio / self.budget

    @property
    def words(self) -> str:
        """The two times, their ratio and its budget."""
        asked = "no budget" if self.budget is None else f"at most {self.budget:g} asked"
        return (
            f"{self.what} takes {_figure(self.candidate_us)} µs, the reference's "
            f"{_figure(self.reference_us)} µs: {_figure(self.ratio)} times, {asked}"
        )


class Latency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record, and a row of a large batch, cost at most a multiple of the reference's time.

    Both sides are timed in turns in the same run, so a ratio means the same on any machine, though
    a busy one spreads it. Without a budget the times are reported and nothing is asked.

    Attributes:
        at_most: The largest ratio for one record; none if left out.
        batch_at_most: The largest ratio for a row of a batch; none if left out.
        rounds: How many turns of records each side has.
    """

    at_most: Ratio | None = None
    batch_at_most: Ratio | None = None
    rounds: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10

    name: ClassVar[str] = "latency"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data", "same_state")
    eases: ClassVar[Mapping[str, Ease]] = {
        "at_most": "up",
        "batch_at_most": "up",
        "rounds": "never",
    }

    def __call__(self, case: Case) -> Verdict:
        """Time both sides on the golden records and on a batch of the test window."""
        costs = self._costs(case)
        tightest = max(costs, key=lambda cost: cost.used)
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status=_status(tightest),
            message="; ".join(cost.words for cost in costs),
            observed=tightest.ratio,
            limit=tightest.budget,
            evidence={
                cost.what: {**msgspec.structs.asdict(cost), "ratio": cost.ratio} for cost in costs
            },
        )

    def _costs(self, case: Case) -> tuple[Cost, Cost]:
        models = (case.candidate, case.reference)
        rows = case.sample.rows
        rows = rows.take(spread(rows.num_rows, count=BATCH))
        for model in models:  # what a side cannot answer is its finding, before any watch runs
            case.predict_each(model, case.golden.rows)
            case.predict(model, rows)
        one = timing.one_row(models, case.records(case.golden.rows), rounds=self.rounds)
        many = timing.batch(models, rows)
        return (
            Cost(what="one row", candidate_us=one[0], reference_us=one[1], budget=self.at_most),
            Cost(
                what=f"a row in a batch of {rows.num_rows:,}",
                candidate_us=many[0],
                reference_us=many[1],
                budget=self.batch_at_most,
            ),
        )


def _status(tightest: Cost) -> Status:
    if tightest.budget is None:
        return "reported"
    return "equivalent" if tightest.used <= 1 else "different"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
