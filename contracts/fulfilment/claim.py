"""The port to what is deployed: generations in service, and the versions they say they fulfil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

Role = Literal["champion", "candidate"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One generation in service, and what it claims to fulfil.

    Attributes:
        product: The product.
        release: The release.
        generation: Its number within the release.
        contract: The contract's version that it says it fulfils.
        artifact: The digest of its artifact.
        role: Whether it is the champion, or another that the manifest offers.
        at: When the manifest that offers it was published, microseconds.
    """

    product: str
    release: str
    generation: int
    contract: str
    artifact: str
    role: Role
    at: int

    @property
    def name(self) -> str:
        """The generation by its two numbers, neither of which is a contract's."""
        return f"release {self.release}, generation {self.generation}"


class Claims(Protocol):
    """Knows what is deployed, and changes nothing."""

    def of(self, product: str) -> Sequence[Claim]:
        """Return what a product's manifest offers, the champion first; nothing before the first.

        Raises:
            StateError: What is deployed cannot be read.
        """
