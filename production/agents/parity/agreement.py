"""Agreement: candidate and reference, fitted to the same rows, predict live events alike.

Rows outside what the training and the golden set hold are left out: no proof was ever about them.
"""

from __future__ import annotations

from math import exp, fsum, lgamma, log, log1p
from typing import TYPE_CHECKING

import numpy as np

from contracts.score.stability import share_of_look
from production.agents.parity.finding import ParityFinding

if TYPE_CHECKING:
    from production.agents.parity.evidence import ParityEvidence


class AgreesWithReference:
    """No more rows differ beyond the contract's tolerance than the contract and chance allow.

    Args:
        alpha: The probability that this rings at any look at a generation whose implementation is
            as good as the contract asks.
    """

    def __init__(self, alpha: float) -> None:
        self._alpha = alpha

    def find(self, evidence: ParityEvidence) -> ParityFinding:
        """Return whether the implementation has moved from the reference."""
        reference, agreed = evidence.reference, evidence.agreed
        if reference is None:
            return _not_judged(f"there is no reference to compare with: {evidence.why_not}")
        if agreed is None:
            return _not_judged(
                "the contract says nothing of single rows that both sides predict: it has neither "
                "pointwise of the pair same_data nor golden"
            )
        differs = ~agreed.tolerance.mask(reference, evidence.candidate)
        beyond, seen = differs & evidence.seen, int(evidence.seen.sum())
        count, unproven = int(beyond.sum()), int((differs & ~evidence.seen).sum())
        sizes = np.abs(evidence.candidate - reference).max(axis=1, initial=0.0)
        furthest = float(sizes[evidence.seen].max(initial=0.0))
        share = 1 - agreed.tolerance.rows
        chance = at_least(count, seen, share=share)
        why = (
            f"candidate and reference differ by more than {agreed.clause} allows on {count:,} of "
            f"{seen:,} rows within what was proven, at most {share:.1%} may; the largest "
            f"difference is {furthest:.3g}"
        )
        if unproven:
            why += f"; and on {unproven:,} rows outside it"
        return ParityFinding(
            rule="agreement",
            moved="implementation",
            rings=count > share * seen and chance < share_of_look(evidence.look, alpha=self._alpha),
            why=why,
            figures={
                "rows": seen,
                "beyond": count,
                "unproven": unproven,
                "largest": furthest,
                "chance": chance,
            },
            rows=evidence.worst(np.where(beyond, sizes, 0.0), "candidate", "reference"),
        )


def at_least(count: int, rows: int, *, share: float) -> float:
    """Return the probability that of some rows at least so many fall into a share.

    >>> at_least(0, 5, share=0.1), at_least(1, 5, share=0.0), round(at_least(1, 2, share=0.5), 2)
    (1.0, 0.0, 0.75)
    """
    if not count or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    return max(0.0, 1.0 - fsum(exp(_log_chance(n, rows, share)) for n in range(count)))


def _log_chance(count: int, rows: int, share: float) -> float:
    """Return the logarithm of the binomial probability of exactly so many of some rows."""
    ways = lgamma(rows + 1) - lgamma(count + 1) - lgamma(rows - count + 1)
    return ways + count * log(share) + (rows - count) * log1p(-share)


def _not_judged(why: str) -> ParityFinding:
    return ParityFinding(rule="agreement", moved="implementation", rings=False, why=why)
