"""Sample ratio mismatch: whether arms have the keys that their shares give them, at every look."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, lgamma, log

import msgspec

#: How many keys the prior counts for: it expects shares within some percent of the declared ones.
PRIOR = 100.0


class SampleRatio(msgspec.Struct, frozen=True, kw_only=True):
    """Keys by arm beside the numbers that were expected.

    Attributes:
        keys: The number of keys of each arm.
        expected: The share of each arm.
        p_value: An upper bound of the probability that numbers as far apart ever come up by
            chance; it holds at every look.
        mismatch: Whether it is below alpha.
    """

    keys: Mapping[str, int]
    expected: Mapping[str, float]
    p_value: float
    mismatch: bool


def sample_ratio(
    keys: Mapping[str, int], expected: Mapping[str, float], *, alpha: float
) -> SampleRatio:
    """Return whether the keys of arms are as many as expected.

    The ratio of the likelihood under any shares, by a Dirichlet prior around the expected ones, to
    that under the expected ones is a martingale: it ever passes ``1 / alpha`` with a probability of
    at most alpha.

    Source: M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", 2022.

    Args:
        keys: The number of keys of each arm; of one that is not expected any is a mismatch.
        expected: The share of each arm, above 0; they sum to one.
        alpha: The probability of ever finding a mismatch where there is none.

    >>> sample_ratio({"a": 510, "b": 490}, {"a": 0.5, "b": 0.5}, alpha=0.01).mismatch
    False
    >>> sample_ratio({"a": 580, "b": 420}, {"a": 0.5, "b": 0.5}, alpha=0.01).mismatch
    True
    """
    counts = {arm: keys.get(arm, 0) for arm in expected}
    total = sum(counts.values())
    odds = lgamma(PRIOR) - lgamma(PRIOR + total)
    for arm, share in expected.items():
        prior = PRIOR * share
        odds += lgamma(prior + counts[arm]) - lgamma(prior) - counts[arm] * log(share)
    strays = sum(keys.values()) > total
    p_value = 0.0 if strays else min(1.0, exp(-odds))
    return SampleRatio(keys=keys, expected=expected, p_value=p_value, mismatch=p_value < alpha)
