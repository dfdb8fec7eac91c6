"""Area under the ROC curve: how often a positive row is ranked above a negative one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.score.metric.port import single

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats, Instants
    from contracts.score.metric.port import Direction


def midranks(values: Floats) -> Floats:
    """Return the rank of each value, counted from 1; equal values share the mean of their ranks.

    In numpy alone, because a serving process imports this, and scipy takes 60 MiB.

    >>> midranks(np.array([0.2, 0.9, 0.2])).tolist()
    [1.5, 3.0, 1.5]
    """
    _, groups, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[groups])


class RocAuc:
    """The Mann-Whitney statistic over all pairs, a tie counting half (midranks), binary.

    Two labels are never an open set, so there is no outcome that is not listed.

    Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver
    operating characteristic (ROC) curve", 1982.

    >>> import numpy as np
    >>> RocAuc().value(np.array([0.0, 1.0, 1.0]), np.array([0.2, 0.2, 0.9]))
    0.75
    """

    name = "roc_auc"
    direction: Direction = "higher"
    kinds: frozenset[Kind] = frozenset({"binary"})

    def value(self, y: Floats, p: Floats) -> float:
        """Return the area; NaN unless both classes are there."""
        ranks = midranks(single(y, p))
        positives = int((y == 1).sum())
        pairs = positives * (len(y) - positives)
        if not pairs:
            return float("nan")
        return float((ranks[y == 1].sum() - positives * (positives + 1) / 2) / pairs)

    def losses(self, y: Floats, p: Floats) -> None:
        """Return None: an area is not the mean of one number per row."""

    def of_mean(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean

    def resampled(self, y: Floats, p: Floats, blocks: Instants, counts: Floats) -> Floats:
        """Return the exact areas of samples in which whole blocks of rows occur several times.

        The pairs that positives win are counted once for each pair of blocks; a sample's area then
        is a quadratic form of its counts, so that thousands of samples cost no more than one.

        Args:
            y: Outcomes, (n,).
            p: Predictions, (n,) or (n, 1).
            blocks: Each row's block as an index from 0, (n,).
            counts: How often each block occurs in each sample, (samples, blocks).
        """
        won, positives, negatives = _wins(y == 1, single(y, p), blocks, counts.shape[1])
        pairs = (counts @ positives) * (counts @ negatives)
        wins = ((counts @ won) * counts).sum(axis=1)
        undefined = np.full(len(counts), np.nan)
        return np.asarray(np.divide(wins, pairs, out=undefined, where=pairs > 0))


def _wins(
    positive: np.ndarray[tuple[int], np.dtype[np.bool]], p: Floats, blocks: Instants, size: int
) -> tuple[Floats, Floats, Floats]:
    """Return (positives' block, negatives' block) pairs won, and both classes' rows by block."""
    order = np.argsort(p[positive], kind="stable")
    scores, owners = p[positive][order], blocks[positive][order]
    levels, level = np.unique(scores, return_inverse=True)
    won = np.zeros((size, size))
    for block, rivals in enumerate(_split(p[~positive], blocks[~positive], size)):
        # A rival counts half from the first level not below it, and half from the first above.
        steps = sum(
            np.bincount(np.searchsorted(levels, rivals, side), minlength=len(levels) + 1)
            for side in ("left", "right")
        )
        won[:, block] = np.bincount(owners, weights=np.cumsum(steps)[level], minlength=size) / 2
    counted = [np.bincount(blocks[each], minlength=size) for each in (positive, ~positive)]
    return won, counted[0].astype(np.float64), counted[1].astype(np.float64)


def _split(p: Floats, blocks: Instants, size: int) -> list[Floats]:
    """Return each block's values, ascending."""
    order = np.lexsort((p, blocks))
    return np.split(p[order], np.cumsum(np.bincount(blocks, minlength=size))[:-1])
