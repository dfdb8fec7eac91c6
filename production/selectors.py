"""Selectors: which generation serves a request.

A selector shares the traffic among a manifest's candidates, by runtime metrics; a draw by key then
assigns each request to one of them.
"""

from __future__ import annotations

import math
from bisect import bisect
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import msgspec

from contracts.errors import StateError
from contracts.version import Version
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


class Champion:
    """Chooses the candidate that the alias ``champion`` points to."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the champion with probability one."""
        return {choice.champion: 1.0}


class Latest:
    """Chooses the candidate of the highest release, and of these the highest number."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the newest candidate with probability one."""
        newest = max(choice.candidates, key=lambda c: (Version.parse(c.release), c.generation))
        return {newest: 1.0}


class Single:
    """Chooses the only candidate: a wrapped bundle has one generation."""

    def __call__(self, choice: Choice, _: Runtime | None) -> Mapping[Candidate, float]:
        """Return the only candidate with probability one.

        Raises:
            StateError: The manifest offers several.
        """
        if len(choice.candidates) != 1:
            raise StateError(
                f"a bundle has one candidate, this manifest offers {len(choice.candidates)}",
                hint="selector=champion or selector=latest, with deployment=dynamic",
            )
        return {choice.candidates[0]: 1.0}


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
