"""Both sides' predictions for the same rows, as a proof has made them: nothing is fitted for them.

A report draws them (`contracts.equivalence.report.paired_section`).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from contracts.contract.terms import Pair
from contracts.equivalence.case import Case
from contracts.equivalence.clauses.golden import GoldenClause
from contracts.equivalence.clauses.pointwise import Pointwise
from contracts.equivalence.probes.differences import quantiles, sizes
from contracts.equivalence.report.conditions import combine_conditions, find_conditions
from contracts.errors import LiaisonError
from contracts.ports import Floats
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from contracts.contract import Contract
    from contracts.equivalence.report.conditions import ColumnCondition, CombinedCondition
    from contracts.equivalence.sides import Sides

#: If no row is outside the tolerance, or all are, so many with the largest differences are shown.
WORST_SHARE, WORST_ROWS = 0.01, 10
#: What rounding changes: in float64, where it is no difference, and in a sum in float32.
ROUNDING, FLOAT32 = 1e-12, 1e-6


class PairedPredictions(msgspec.Struct, kw_only=True, dict=True):
    """Predictions of both sides for n rows, under one pair.

    Attributes:
        pair: What is compared.
        ids: The rows' names.
        rows: Their inputs.
        reference: What the reference predicts, (n, k).
        candidate: What the candidate predicts, (n, k).
        outputs: The k columns' names.
        tolerance: How far they may differ, and for what share of rows; None if no clause says so.
        context: Further columns that may distinguish rows, such as the day.
    """

    pair: Pair
    ids: list[Any]
    rows: pa.Table
    reference: Floats
    candidate: Floats
    outputs: tuple[str, ...]
    tolerance: Tolerance | None = None
    context: dict[str, Any] = {}

    @cached_property
    def size(self) -> Floats:
        """How far each row's predictions differ, in the column where they do most, (n,)."""
        return sizes(self.reference, self.candidate)

    @cached_property
    def outside(self) -> npt.NDArray[np.bool]:
        """Which rows are beyond the tolerance, (n,); none without a tolerance."""
        if self.tolerance is None:
            return np.zeros(len(self.size), np.bool)
        return ~self.tolerance.mask(self.reference, self.candidate)

    @property
    def identical(self) -> bool:
        """Whether both predict the same for every row, but for rounding in float64."""
        return bool((self.size <= ROUNDING).all())

    @property
    def rounded(self) -> bool:
        """Whether they differ by no more than rounding to float32."""
        return bool(self.size.max(initial=0.0) <= FLOAT32 * max(1.0, np.abs(self.reference).max()))

    @property
    def agree(self) -> bool:
        """Whether all rows are within the tolerance; without one, whether they are `rounded`."""
        return self.rounded if self.tolerance is None else not self.outside.any()

    @property
    def by_tolerance(self) -> bool:
        """Whether the worst rows are those outside the tolerance."""
        return bool(0 < self.outside.sum() < len(self.outside))

    @cached_property
    def worst(self) -> npt.NDArray[np.bool]:
        """Which rows to look at, (n,): those outside, else those with the largest differences."""
        if self.by_tolerance:
            return self.outside
        largest = np.zeros(len(self.size), np.bool)
        count = max(WORST_ROWS, round(WORST_SHARE * len(largest)))
        largest[np.argsort(-self.size, kind="stable")[:count]] = True
        return np.asarray(largest & (self.size > ROUNDING))

    @cached_property
    def conditions(self) -> tuple[ColumnCondition, ...]:
        """What distinguishes the worst rows, one column each, the strongest first."""
        return find_conditions(self._described, self.worst)

    @cached_property
    def combined(self) -> CombinedCondition | None:
        """The conditions which together distinguish the worst rows."""
        return combine_conditions(self._described, self.worst)

    @property
    def tolerance_text(self) -> str:
        """The tolerance in words."""
        if self.tolerance is None:
            return "none"
        absolute, relative = self.tolerance.absolute, self.tolerance.relative
        added = f" + {relative:g} of the reference" if relative else ""
        return f"{absolute:g}{added} for {100 * self.tolerance.rows:.10g}% of the rows"

    @property
    def data(self) -> dict[str, Any]:
        """What report.json says of them."""
        combined = self.combined
        return {
            "pair": self.pair,
            "rows": len(self.size),
            "outside": int(self.outside.sum()) if self.tolerance else None,
            "quantiles": quantiles(self.size),
            "worst": int(self.worst.sum()),
            "combined_condition": None if combined is None else combined.data,
            "conditions": [
                {"words": each.text, "among": each.among, "elsewhere": each.elsewhere}
                for each in self.conditions
            ],
        }

    @cached_property
    def _described(self) -> pa.Table:
        """The columns that may distinguish rows: inputs, the reference's predictions, context."""
        table = self.rows
        for name, column in zip(self.outputs, self.reference.T, strict=True):
            table = table.append_column(f"the reference's {name}", pa.array(column))
        for name, column in self.context.items():
            table = table.append_column(name, pa.array(column))
        return table


def paired_predictions(sides: Sides) -> tuple[PairedPredictions, ...]:
    """Return the predictions under each pair that both sides predicted for, else as recorded."""
    return tuple(_predicted(sides)) or tuple(_recorded(sides))


def tolerance_under(contract: Contract, pair: Pair) -> Tolerance | None:
    """Return how far a contract lets two predictions differ under a pair; None if it does not say.

    The clause `pointwise` of that pair says it; without one, `golden` says how far a prediction may
    differ from the recorded one.
    """
    terms = {term.name: term for term in contract.clauses if term.pair in {pair, "recorded"}}
    kinds: tuple[type[Pointwise | GoldenClause], ...] = (Pointwise, GoldenClause)
    for kind in kinds:
        if term := terms.get(kind.name):
            clause = msgspec.convert(term.tolerance, kind)
            return Tolerance(
                absolute=clause.absolute, relative=clause.relative, rows=clause.fraction
            )
    return None


def _predicted(sides: Sides) -> Iterator[PairedPredictions]:
    contract = sides.contract
    for pair in dict.fromkeys(term.pair for term in contract.clauses if term.pair != "recorded"):
        case = Case(sides, pair)
        if not case.compared:
            continue  # no clause that was run has compared them
        sample = case.sample
        context = {
            "the day": pa.array(sample.days.astype(np.int32)).cast(pa.date32()),
            "the place in the batch": np.arange(len(sample.days)),
        }
        yield PairedPredictions(
            pair=pair,
            ids=sample.ids.to_pylist(),
            rows=sample.rows,
            reference=case.expected,
            candidate=case.predicted,
            outputs=contract.outputs,
            tolerance=tolerance_under(contract, pair),
            context=context,
        )


def _recorded(sides: Sides) -> Iterator[PairedPredictions]:
    case = Case(sides, "recorded")
    if not {"golden", "adopted" if sides.joint else "candidate"} <= sides.made.keys():
        return  # nothing is fitted for a picture
    try:
        candidate = case.predict(case.candidate, case.golden.rows)
    except LiaisonError:
        return  # a verdict has said so
    yield PairedPredictions(
        pair="recorded",
        ids=[f"golden row {at}" for at in range(len(candidate))],
        rows=case.golden.rows,
        reference=case.golden.expected,
        candidate=candidate,
        outputs=sides.contract.outputs,
        tolerance=tolerance_under(sides.contract, "recorded"),
    )
