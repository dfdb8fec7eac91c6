"""The two sides' predictions on the same rows, as a proof has already made them.

A report shows what clauses looked at: nothing is fitted for a picture.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from contracts.equivalence.clauses.golden import Golden
from contracts.equivalence.clauses.pointwise import Pointwise
from contracts.equivalence.probes.differences import sizes
from contracts.equivalence.report import apart as telling
from contracts.errors import LiaisonError
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from contracts.contract import Contract
    from contracts.contract.terms import Pair
    from contracts.equivalence.report.apart import Rule
    from contracts.equivalence.report.cause import Cause
    from contracts.equivalence.sides import Sides
    from contracts.ports import Floats

AGAINST: dict[Pair, str] = {
    "same_state": "the reference's own state, as the candidate reads it",
    "same_data": "the reference, fitted on the same rows with the same seed",
    "recorded": "what the contract recorded on its golden rows",
}
#: Where nothing is outside, or all is, the rows where the difference is largest are looked at.
WORST_SHARE, WORST_ROWS = 0.01, 10
#: What rounding makes: of float64, which is no difference, and of a sum in float32.
ROUNDING, FLOAT32 = 1e-12, 1e-6


class Contrast:
    """Predictions of both sides under one pair.

    Args:
        pair: What is compared.
        ids: The n rows' names.
        rows: Their inputs.
        reference: What the reference predicts, (n, k).
        candidate: What the candidate predicts, (n, k).
        outputs: The k columns' names.
        tolerance: How far they may part, and for what share of rows; None where no clause says.
        context: Further columns that may tell rows apart: the day, say.
    """

    def __init__(
        self,
        pair: Pair,
        *,
        ids: list[Any],
        rows: pa.Table,
        reference: Floats,
        candidate: Floats,
        outputs: tuple[str, ...],
        tolerance: Tolerance | None = None,
        context: pa.Table | None = None,
    ) -> None:
        self.pair, self.ids, self.rows, self.outputs = pair, ids, rows, outputs
        self.reference, self.candidate, self.tolerance = reference, candidate, tolerance
        self._context = context

    @property
    def against(self) -> str:
        """What the candidate is compared with, in words."""
        return AGAINST[self.pair]

    @cached_property
    def size(self) -> Floats:
        """How far each row's predictions part, by the column where they do most, (n,)."""
        return sizes(self.reference, self.candidate)

    @cached_property
    def outside(self) -> npt.NDArray[np.bool]:
        """Which rows are beyond the tolerance; none where no clause names one."""
        if self.tolerance is None:
            return np.zeros(len(self.size), np.bool)
        return ~self.tolerance.mask(self.reference, self.candidate)

    @property
    def same(self) -> bool:
        """Whether the sides differ by rounding alone."""
        return bool((self.size <= ROUNDING).all())

    @property
    def rounded(self) -> bool:
        """Whether the sides differ by no more than float32 rounds."""
        return bool(self.size.max(initial=0.0) <= FLOAT32 * max(1.0, np.abs(self.reference).max()))

    @property
    def close(self) -> bool:
        """Whether nobody need look: all rows within the tolerance, or apart by rounding alone."""
        if self.tolerance is None:
            return self.rounded
        return not self.outside.any()

    @property
    def by_tolerance(self) -> bool:
        """Whether the rows to look at are those outside the tolerance."""
        return bool(0 < self.outside.sum() < len(self.outside))

    @cached_property
    def apart(self) -> npt.NDArray[np.bool]:
        """Which rows to look at: those outside, else those where the difference is largest."""
        if self.by_tolerance:
            return self.outside
        found = np.zeros(len(self.size), np.bool)
        count = max(WORST_ROWS, round(WORST_SHARE * len(found)))
        found[np.argsort(-self.size, kind="stable")[:count]] = True
        kept: npt.NDArray[np.bool] = found & (self.size > ROUNDING)
        return kept

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What sets those rows apart, the strongest first."""
        return telling.causes(self._told, self.apart)

    @cached_property
    def rule(self) -> Rule | None:
        """The conditions under which they lie."""
        return telling.rule(self._told, self.apart)

    @cached_property
    def _told(self) -> pa.Table:
        """The columns that may tell rows apart: inputs, context, and what the reference says."""
        told = self.rows
        for name, column in zip(self.outputs, self.reference.T, strict=True):
            told = told.append_column(f"the reference's {name}", pa.array(column))
        context = self._context if self._context is not None else pa.table({})
        for name in context.column_names:
            told = told.append_column(name, context[name])
        return told


def contrasts(sides: Sides) -> tuple[Contrast, ...]:
    """Return what was compared: under each pair that predicted on both sides, else as recorded."""
    found = tuple(_predicted(sides))
    return found or tuple(_recorded(sides))


def _predicted(sides: Sides) -> Iterator[Contrast]:
    contract = sides.contract
    for pair in dict.fromkeys(term.pair for term in contract.clauses if term.pair != "recorded"):
        case = sides.under(pair)
        if not {"predicted", "expected"} <= {*vars(case)}:
            continue  # no clause that was run has looked at them
        sample = case.sample
        context = {
            "the day": pa.array(sample.days.astype(np.int32)).cast(pa.date32()),
            "the place in the batch": np.arange(len(sample.days)),
        }
        yield Contrast(
            pair,
            ids=sample.ids.to_pylist(),
            rows=sample.rows,
            reference=case.expected,
            candidate=case.predicted,
            outputs=contract.outputs,
            tolerance=tolerance(contract, pair),
            context=pa.table(context),
        )


def _recorded(sides: Sides) -> Iterator[Contrast]:
    case = sides.under("recorded")
    if not {"candidate", "golden"} <= {*vars(sides)}:
        return
    try:
        candidate = case.predict(case.candidate, case.golden.rows)
    except LiaisonError:
        return  # the clause has said so
    yield Contrast(
        "recorded",
        ids=[f"golden row {at}" for at in range(len(candidate))],
        rows=case.golden.rows,
        reference=case.golden.expected,
        candidate=candidate,
        outputs=sides.contract.outputs,
        tolerance=tolerance(sides.contract, "recorded"),
    )


def tolerance(contract: Contract, pair: Pair) -> Tolerance | None:
    """Return how far a contract lets two predictions part under a pair; None where it does not say.

    The clause `pointwise` says it; where the pair has none, `golden` says how far
    a prediction may be from the one that was recorded.
    """
    terms = {term.name: term for term in contract.clauses if term.pair in {pair, "recorded"}}
    kinds: tuple[type[Pointwise | Golden], ...] = (Pointwise, Golden)
    for kind in kinds:
        if term := terms.get(kind.name):
            said = msgspec.convert(term.tolerance, kind)
            return Tolerance(absolute=said.absolute, relative=said.relative, rows=said.fraction)
    return None
