"""The clause `ranking`: both sides put the same rows first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from contracts.equivalence.clause import Clause, PositiveShare, Result

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.ports import Floats


class Ranking(Clause, frozen=True, kw_only=True):
    """Spearman's correlation and the overlap of the highest rows, each column by both.

    Rows that one side scores alike share their mean rank: a reference of few distinct scores, and a
    candidate whose rounding tells them apart, correlate by less than 1, and take a lower
    ``spearman``. The overlap does not suffer from such rows.

    Attributes:
        spearman: Least rank correlation with the reference.
        top: The share of rows that counts as the top.
        overlap: Least share of the reference's top that is in the candidate's top too.
    """

    spearman: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    top: PositiveShare
    overlap: PositiveShare

    name = "ranking"
    pairs = ("same_data", "same_state")
    eases = {"spearman": "down", "overlap": "down"}

    def __call__(self, case: Case) -> Result:
        """Compare the two sides' order of the test window's rows."""
        columns = [*zip(case.expected.T, case.predicted.T, strict=True)]
        correlation = min(spearman(q, p) for q, p in columns)
        shared = min(overlap(q, p, share=self.top) for q, p in columns)
        alike = correlation >= self.spearman and shared >= self.overlap
        return Result(
            status="equivalent" if alike else "different",
            message=(
                f"Spearman {correlation:.4f}, at least {self.spearman:g} required; the top "
                f"{self.top:.0%} overlaps by {shared:.1%}, at least {self.overlap:.1%} required"
            ),
            observed=correlation,
            limit=self.spearman,
            evidence={"spearman": correlation, "overlap": shared, "rows": len(case.predicted)},
        )


def spearman(reference: Floats, candidate: Floats) -> float:
    """Return the rank correlation of two columns, ties at their mean rank.

    A constant column has no order: with another constant it correlates by 1, else by 0.

    >>> import numpy as np
    >>> round(spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 40.0])), 9)
    1.0
    """
    from scipy.stats import rankdata  # noqa: PLC0415 - slow to load, seldom called

    ranks = [rankdata(column) - (len(column) + 1) / 2 for column in (reference, candidate)]
    lengths = [float(np.sqrt(each @ each)) for each in ranks]
    if not all(lengths):
        return 0.0 if any(lengths) else 1.0
    return float(np.clip(ranks[0] @ ranks[1] / (lengths[0] * lengths[1]), -1, 1))


def overlap(reference: Floats, candidate: Floats, *, share: float) -> float:
    """Return the share of the reference's highest rows that are among the candidate's highest.

    Rows that tie at the end of the reference's top are interchangeable. Rows that tie at the end of
    the candidate's top each count for the share of them that fits into it
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
    """Return which rows are above the ``size``-th highest, and which equal it, as 0 and 1."""
    lowest = np.partition(column, -size)[-size]
    return (column > lowest).astype(np.float64), (column == lowest).astype(np.float64)
