"""The selector port, and the draw that assigns each key to a candidate."""

from __future__ import annotations

import math
from bisect import bisect
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import msgspec

from contracts.errors import StateError
from production.generation.description import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.triggers import Runtime


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a selector chooses from.

    Attributes:
        candidates: The manifest's candidates, at least one.
        champion: The candidate that the alias ``champion`` points to.
    """

    candidates: tuple[Candidate, ...]
    champion: Candidate


class Selector(Protocol):
    """A function of runtime metrics to a distribution over a manifest's candidates."""

    def __call__(self, choice: Choice, runtime: Runtime | None, /) -> Mapping[Candidate, float]:
        """Return a probability for each candidate that may serve; they sum to one.

        There are no runtime metrics yet when a process deploys for the first time.
        """


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A selector's distribution, ready to draw from.

    Attributes:
        candidates: The candidates that may serve: those with a positive probability.
        shares: Their probabilities.
        bounds: Where the share of each candidate but the last ends in [0, 1).
    """

    candidates: tuple[Candidate, ...]
    shares: tuple[float, ...]
    bounds: tuple[float, ...]

    def draw(self, salt: str, key: str) -> int:
        """Return the index of the candidate that serves a key.

        The draw is a hash of salt and key, so a key stays with its candidate while the distribution
        stands.
        """
        return bisect(self.bounds, uniform(salt, key)) if self.bounds else 0


def distribution(shares: Mapping[Candidate, float], choice: Choice) -> Distribution:
    """Return a selector's answer as a distribution.

    Raises:
        StateError: The probabilities do not sum to one, one of them is negative, or one is of what
            the manifest does not offer.
    """
    total = sum(shares.values())
    if not math.isclose(total, 1.0, rel_tol=1e-5) or min(shares.values()) < 0:
        raise StateError(f"a selector's probabilities must sum to 1, got {[*shares.values()]}")
    unknown = [candidate for candidate in shares if candidate not in choice.candidates]
    if unknown:
        raise StateError(f"a selector chose what the manifest does not offer: {unknown}")
    positive = {candidate: float(share) for candidate, share in shares.items() if share > 0}
    return Distribution(
        candidates=tuple(positive),
        shares=tuple(positive.values()),
        bounds=tuple(accumulate(positive.values()))[:-1],
    )


def uniform(salt: str, key: str) -> float:
    """Return a number in [0, 1), always the same for a salt and a key.

    >>> uniform("a", "x") == uniform("a", "x") != uniform("b", "x")
    True
    """
    digest = blake2b(f"{salt}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
