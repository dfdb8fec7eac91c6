"""One window of a contract's span: both sides fitted on what was known, judged on what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from contracts.equivalence.comparison import Comparison
from contracts.equivalence.verdict import Verdict
from contracts.moment import iso

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the clause `fit`.

    Attributes:
        start: Where the rows to fit on begin, microseconds.
        cut: Where they end, by when their outcomes had to arrive, and where judging begins.
        end: Where judging ends.
        comparison: How the two sides are compared.
        least: With fewer rows to fit on nothing is proven.
    """

    start: int
    cut: int
    end: int
    comparison: Comparison
    least: int

    name: ClassVar[str] = "fit"

    def __call__(self, case: Case) -> Verdict:
        """Fit both sides anew and compare them on the time after."""
        rows = case.sides.learning(self.start, self.cut, known_by=self.cut)
        window = {"start": iso(self.start), "cut": iso(self.cut), "end": iso(self.end)}
        if rows.num_rows < self.least:
            return Verdict(
                clause=self.name,
                pair=case.pair,
                status="inconclusive",
                message=f"{rows.num_rows:,} rows to fit on from {iso(self.start)} to "
                f"{iso(self.cut)}, at least {self.least:,} asked: take fewer windows, a shorter "
                "horizon or a longer window",
                evidence={"window": window, "fitted_on": rows.num_rows},
            )
        sample = case.sides.held_out(self.cut, self.end)
        seed = case.contract.learning.seed
        p, q = (
            case.predict(case.sides.refit(side, rows, seed=seed), sample.rows)
            for side in ("candidate", "reference")
        )
        findings = self.comparison.findings(case.contract, sample.y, p, q, sample.days)
        return self.comparison.verdict(case.pair, findings, window=window, fitted_on=rows.num_rows)
