"""Evidence that values have fallen, valid at every look: how large, at most, chance ever makes it.

Each function returns an e-value. If nothing has fallen, the probability that it ever reaches
``1 / alpha``, however often one looks, is at most ``alpha`` (J. Ville, "Étude critique de la notion
de collectif", 1939). Both are exact for any distribution and any number of values: they use orders
and signs alone. When the fall began is not known, so each is a mixture over all beginnings.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from math import exp, inf, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincc, betaln, logsumexp

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How hard is bet on low ranks: the density of a rank's share p that is bet on is κ p^(κ-1).
KAPPA = 0.5
#: The largest logarithm of evidence that is told from a larger one.
LARGEST = 700.0


def fall_since(values: Sequence[float], *, reference: int, margin: float = 0.0) -> float:
    """Return the most evidence, at any look so far, that values fell by more than a margin.

    Each value is compared with all before it. After a while the lower ones are the usual ones, and
    the evidence of a look fades; so the most that any look had is returned.

    If nothing has fallen, values are exchangeable, and the rank of each among those before it is
    uniform, whatever the earlier ranks were. Low ranks are bet on.

    Source: V. Vovk, I. Nouretdinov and A. Gammerman, "Testing exchangeability on-line", 2003; the
    mixture over beginnings: J. Shin, A. Ramdas and A. Rinaldo, "E-detectors", 2022.

    Args:
        values: Values, oldest first.
        reference: How many of the first ones are compared with.
        margin: A fall that does not matter.

    >>> fall_since([5.0, 6.0, 5.5, 6.5] * 3, reference=6) < 20
    True
    >>> fall_since([5.0, 6.0, 5.5, 6.5] * 3 + [3, 2.5, 2, 1.5, 1, 0.5, 0], reference=12) > 20
    True
    """
    before = sorted(values[:reference])
    most, won = 0.0, -inf
    for place, value in enumerate(values[reference:], 1):
        raised = value + margin
        # Of equal values the highest rank: that is safe, and takes no chance.
        share = (bisect_right(before, raised) + 1) / (len(before) + 1)
        bet = log(KAPPA) + (KAPPA - 1) * log(share)
        won = bet + float(np.logaddexp(won, _weight(place)))
        most = max(most, float(np.logaddexp(won, -log(place + 1))))
        insort(before, raised)
    return exp(min(LARGEST, most))


def below(values: Sequence[float], floor: float) -> float:
    """Return the evidence that values are below a floor more often than not.

    Args:
        values: Values, oldest first.
        floor: The floor; a value that equals it is not below.

    >>> below([0.2, 0.1, 0.3], 0.1) < 1
    True
    >>> below([0.0] * 12, 0.1) > 20
    True
    """
    under = np.array([value < floor for value in values], dtype=np.float64)
    counts = np.cumsum(under[::-1])[::-1]
    sizes = np.arange(len(under), 0, -1)
    # How often below, against half: each share from a half to one is as likely.
    over, rest = counts + 1, sizes - counts + 1
    with np.errstate(divide="ignore"):  # no chance that a number can hold is no evidence
        chances = np.log(betaincc(over, rest, 0.5))
    ratios = (sizes + 1) * log(2) + betaln(over, rest) + chances
    weights = [_weight(place) for place in range(1, len(under) + 1)]
    mixed = logsumexp(np.append(weights + ratios, -log(len(under) + 1)))
    return exp(min(LARGEST, float(mixed)))


def _weight(place: int) -> float:
    """Return the logarithm of the part of a bet that is laid on a fall that begins at a place.

    Those of all places sum to one: what is for beginnings to come, ``1 / (place + 1)``, is kept.
    """
    return -log(place) - log(place + 1)
