"""Draws the arm of a request by its key: the same key draws the same arm."""

from __future__ import annotations

import math
from bisect import bisect
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import StateError

if TYPE_CHECKING:
    from production.selectors.port import Choice, Split


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A selector's split, ready to draw from.

    Attributes:
        arms: The arms that may serve: those with a positive probability, in the split's order.
        shares: Their probabilities.
        bounds: Where the share of each arm but the last ends in [0, 1).
        mirrored: The arms whose predictions are logged only.
        chain: The arms that are tried, one after the other, where the arm that was drawn fails.
        deadline: The seconds that an arm may take for one record, none without a limit.
    """

    arms: tuple[str, ...]
    shares: tuple[float, ...]
    bounds: tuple[float, ...]
    mirrored: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    deadline: float | None = None

    def draw(self, salt: str, key: str) -> int:
        """Return the index of the arm that serves a key.

        The draw is a hash of salt and key. If shares change, only the keys between the old bounds
        and the new ones get another arm.
        """
        return bisect(self.bounds, uniform(salt, key)) if self.bounds else 0


def distribution(split: Split, choice: Choice) -> Distribution:
    """Return a selector's answer as a distribution.

    Raises:
        StateError: The probabilities do not sum to one, one of them is negative, or an arm is one
            that the manifest does not have.
    """
    shares = split.shares
    total = sum(shares.values())
    if not math.isclose(total, 1.0, rel_tol=1e-5) or min(shares.values()) < 0:
        raise StateError(f"a selector's probabilities must sum to 1, got {[*shares.values()]}")
    choice.require(*shares, *split.mirrored, *split.chain, *split.order)
    names = dict.fromkeys((*split.order, *choice.arms))
    positive = {name: float(shares[name]) for name in names if shares.get(name, 0) > 0}
    return Distribution(
        arms=tuple(positive),
        shares=tuple(positive.values()),
        bounds=tuple(accumulate(positive.values()))[:-1],
        mirrored=split.mirrored,
        chain=split.chain,
        deadline=split.deadline,
    )


def uniform(salt: str, key: str) -> float:
    """Return a number in [0, 1), always the same for a salt and a key.

    >>> uniform("a", "x") == uniform("a", "x") != uniform("b", "x")
    True
    """
    digest = _salted(salt).copy()
    digest.update(key.encode())
    return int.from_bytes(digest.digest(), "big") / 2**64


@lru_cache(maxsize=64)
def _salted(salt: str) -> blake2b:
    """Return the digest of a salt, to go on with: one experiment draws millions of times."""
    return blake2b(f"{salt}\0".encode(), digest_size=8)
