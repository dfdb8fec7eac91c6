"""What a deployment publishes: a product's candidates, and the selector that chooses among them."""

from __future__ import annotations

import msgspec

from production.selectors.selector import Candidate, Choice


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a manifest; the inventory adds its revision.

    Attributes:
        format: The shape of this document.
        product: The product it serves.
        contract: The contract's version that every candidate fulfils.
        candidates: The generations on offer, oldest first.
        champion: The candidate the alias pointed to.
        selector: The selector's option name.
        salt: What the draw is salted with, so that two deployments draw apart.
    """

    format: int = 1
    product: str
    contract: str
    candidates: tuple[Candidate, ...]
    champion: Candidate
    selector: str
    salt: str

    def choice(self) -> Choice:
        """Return what a selector chooses from."""
        return Choice(candidates=self.candidates, champion=self.champion)
