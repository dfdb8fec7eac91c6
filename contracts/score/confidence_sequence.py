"""A confidence sequence: an interval that holds at every look at once, however often one looks."""

from __future__ import annotations

from math import inf, log, sqrt

#: The intrinsic time at which the interval is about as narrow as one for a single look.
TUNED = 500.0


def radius(time: float, *, alpha: float, tuned: float = TUNED) -> float:
    """Return how far a sum of independent terms strays from its mean, at every look at once.

    With probability ``1 - alpha`` no look ever finds it farther away, as long as each term's share
    of the whole is small (the sequence is asymptotic, like the central limit theorem).

    Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas, "Time-uniform central
    limit theory and asymptotic confidence sequences", 2021: Robbins' normal mixture.

    Args:
        time: The sum's variance so far: of terms of variance one, their number.
        alpha: The probability that it ever strays farther.
        tuned: The variance at which the radius is narrowest.

    >>> [round(radius(time, alpha=0.05) / time, 3) for time in (100, 1000, 10000)]
    [0.336, 0.097, 0.033]
    >>> radius(0, alpha=0.05)
    inf
    """
    if time <= 0:
        return inf
    odds = log(1 / alpha**2)
    mixture = tuned / (odds + log(1 + odds))
    return sqrt((time + mixture) * (odds + log((time + mixture) / mixture)))
