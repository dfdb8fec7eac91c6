"""The clause `pointwise`: row by row, both sides predict the same number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec
import numpy as np

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Most, Size
from contracts.equivalence.probes.differences import examples, quantiles, sizes, spared, worst
from contracts.equivalence.verdict import Verdict
from contracts.score.tolerance import Tolerance

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class Pointwise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the test window's rows at least a share is within, and none is beyond the largest.

    A row is within when each of its k predictions differs from the reference's by no more than
    ``absolute + relative * |the reference's|``.

    Attributes:
        absolute: Largest difference within, in the prediction's unit.
        relative: Largest difference within as a share of the reference's prediction, added to it.
        fraction: The share of rows that must be within.
        largest: What no row may differ by more than, in the prediction's unit; none if left out.
    """

    absolute: Size = 0.0
    relative: Size = 0.0
    fraction: Most = 1.0
    largest: Size | None = None

    name: ClassVar[str] = "pointwise"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_state", "same_data")
    eases: ClassVar[Mapping[str, Ease]] = {
        "absolute": "up",
        "relative": "up",
        "fraction": "down",
        "largest": "up",
    }

    def __call__(self, case: Case) -> Verdict:
        """Compare the two sides' predictions on the test window's rows."""
        reference, candidate = case.expected, case.predicted
        size, n = sizes(reference, candidate), len(candidate)
        tolerance = Tolerance(absolute=self.absolute, relative=self.relative)
        outside = int((~tolerance.mask(reference, candidate)).sum())
        allowed, furthest = spared(n, share=1 - self.fraction), float(size.max(initial=0.0))
        held = outside <= allowed and furthest <= self._largest
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if held else "different",
            message=self._message(outside, n, allowed=allowed, furthest=furthest),
            observed=1 - outside / max(1, n),
            limit=self.fraction,
            evidence={
                "rows": n,
                "outside": outside,
                "allowed": allowed,
                "quantiles": quantiles(size),
                "worst": self._worst(case, size),
            },
        )

    @property
    def _largest(self) -> float:
        return np.inf if self.largest is None else self.largest

    def _message(self, outside: int, n: int, *, allowed: int, furthest: float) -> str:
        within = f"{self.absolute:g}" + (f" + {self.relative:g} of it" if self.relative else "")
        capped = "" if self.largest is None else f", at most {self.largest:g} asked"
        return (
            f"{outside:,} of {n:,} rows differ from the reference by more than {within}, "
            f"at most {allowed:,} may; the largest difference is {furthest:.3g}{capped}"
        )

    def _worst(self, case: Case, size: Floats) -> list[dict[str, object]]:
        """Return the rows furthest beyond what is allowed, of those that differ at all."""
        reference, candidate = case.expected, case.predicted
        allowed = self.absolute + self.relative * np.abs(reference)
        beyond = (np.abs(candidate - reference) - allowed).max(axis=1)
        at = worst(beyond)
        sample = case.sample
        return examples(
            at[size[at] > 0], sample.rows, ids=sample.ids, reference=reference, candidate=candidate
        )
