"""The selector port and the draw that turns its distribution into an assignment."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from contracts.ports import Floats
    from production.triggers.runtime import Runtime


class Candidate(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A generation a manifest offers.

    Attributes:
        release: The release.
        generation: Its number within the release.
        artifact: The digest of its artifact.
        contract: The contract's version that it fulfils; empty where an older document does not
            say, and its artifact alone does.
    """

    release: str
    generation: int
    artifact: str
    contract: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a selector chooses from.

    Attributes:
        candidates: The manifest's candidates, at least one.
        champion: The candidate the alias ``champion`` points to.
    """

    candidates: tuple[Candidate, ...]
    champion: Candidate


class Selector(Protocol):
    """A function of runtime metrics to a distribution over a manifest's candidates."""

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Mapping[Candidate, float]:
        """Return a probability for each candidate that may serve; they sum to one."""


def assign(
    distribution: Mapping[Candidate, float], keys: Sequence[str], *, salt: str
) -> tuple[tuple[Candidate, ...], npt.NDArray[np.intp], Floats]:
    """Return the candidates, the index of the one that serves each key, and its propensity.

    The draw is a hash of salt and key, so a key stays with its candidate while the distribution
    stands.

    Raises:
        StateError: The probabilities do not sum to one.
    """
    candidates, shares = tuple(distribution), _shares(distribution)
    if len(candidates) == 1:
        return candidates, np.zeros(len(keys), dtype=np.intp), np.ones(len(keys))
    draws = np.array([uniform(salt, key) for key in keys])
    chosen = np.searchsorted(np.cumsum(shares), draws, side="right").clip(max=len(shares) - 1)
    return candidates, chosen, shares[chosen]


def check(distribution: Mapping[Candidate, float], choice: Choice) -> None:
    """Check that a selector's answer is a distribution over what there was to choose from.

    Raises:
        StateError: The probabilities do not sum to one, or name what no manifest offers.
    """
    _shares(distribution)
    strange = [candidate for candidate in distribution if candidate not in choice.candidates]
    if strange:
        raise StateError(f"a selector chose what the manifest does not offer: {strange}")


def _shares(distribution: Mapping[Candidate, float]) -> Floats:
    shares = np.array(list(distribution.values()), dtype=np.float64)
    if not np.isclose(shares.sum(), 1.0) or (shares < 0).any():
        raise StateError(f"a selector's probabilities must sum to 1, got {shares.tolist()}")
    return shares


def uniform(salt: str, key: str) -> float:
    """Return a number in [0, 1) that a salt and a key always give.

    >>> uniform("a", "x") == uniform("a", "x") != uniform("b", "x")
    True
    """
    digest = blake2b(f"{salt}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
