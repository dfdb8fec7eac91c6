"""The clause `ranking`: both sides put the same rows first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec
import numpy as np
from scipy.stats import rankdata

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Most
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class Ranking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Spearman's correlation and the overlap of the highest rows, each column held to both.

    Rows that one side scores alike share their mean rank: a reference of few distinct scores, and a
    candidate that sets them apart by rounding, correlate by less than 1, and take a lower
    ``spearman``. In the overlap such rows cost nothing.

    Attributes:
        spearman: Least rank correlation with the reference.
        top: The share of rows that counts as the top.
        overlap: Least share of the reference's top that the candidate's top holds too.
    """

    spearman: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    top: Most
    overlap: Most

    name: ClassVar[str] = "ranking"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data", "same_state")
    eases: ClassVar[Mapping[str, Ease]] = {"spearman": "down", "overlap": "down"}

    def __call__(self, case: Case) -> Verdict:
        """Compare the two sides' order of the test window's rows."""
        sides = (case.expected.T, case.predicted.T)
        correlation = min(spearman(q, p) for q, p in zip(*sides, strict=True))
        shared = min(overlap(q, p, share=self.top) for q, p in zip(*sides, strict=True))
        held = correlation >= self.spearman and shared >= self.overlap
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if held else "different",
            message=(
                f"Spearman {correlation:.4f}, at least {self.spearman:g} asked; the top "
                f"{self.top:.0%} overlaps by {shared:.1%}, at least {self.overlap:.1%} asked"
            ),
            observed=correlation,
            limit=self.spearman,
            evidence={"spearman": correlation, "overlap": shared, "rows": len(case.predicted)},
        )


def spearman(reference: Floats, candidate: Floats) -> float:
    """Return the rank correlation of two columns, ties at their mean rank.

    A column without any order agrees with none but another such.

    >>> import numpy as np
    >>> round(spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 40.0])), 9)
    1.0
    """
    ranks = [rankdata(column) - (len(column) + 1) / 2 for column in (reference, candidate)]
    lengths = [float(np.sqrt(each @ each)) for each in ranks]
    if not all(lengths):
        return 0.0 if any(lengths) else 1.0
    return float(np.clip(ranks[0] @ ranks[1] / (lengths[0] * lengths[1]), -1, 1))


def overlap(reference: Floats, candidate: Floats, *, share: float) -> float:
    """Return how much of the reference's highest rows are among the candidate's highest too.

    Rows that the reference scores alike at the end of its top may stand for each other there; of
    those the candidate scores alike at the end of its own each counts for the share that has room
    (F. McSherry, M. Najork, "Computing information retrieval performance measures efficiently in
    the presence of tied scores", 2008).

    >>> import numpy as np
    >>> overlap(np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 1.0, 2.0, 3.0]), share=0.5)
    0.5
    """
    size = max(1, round(share * len(reference)))
    above, ties = _top(reference, size)
    highest, tied = _top(candidate, size)
    taken = highest + tied * (size - highest.sum()) / tied.sum()
    return float((taken @ above + min(taken @ ties, size - above.sum())) / size)


def _top(column: Floats, size: int) -> tuple[Floats, Floats]:
    """Return which rows are above the lowest of the highest so many, and which are its equals."""
    lowest = np.partition(column, -size)[-size]
    return (column > lowest).astype(np.float64), (column == lowest).astype(np.float64)
