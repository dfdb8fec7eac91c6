"""What a deployment publishes: a product's candidates, and the selector that chooses among them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.errors import StateError
from production.generation.description import Candidate, Stamp, check_major
from production.selectors.selector import Choice

#: The shape of a manifest that this code writes, and the newest it reads. In format 1 a manifest's
#: candidates did not say which version of the contract they fulfil: all of them the manifest's.
FORMAT = 2


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a manifest; the inventory adds its revision.

    Attributes:
        format: The shape of this document.
        product: The product it serves.
        contract: The contract's version that is served: consumers are promised this one.
        candidates: The generations on offer, oldest first.
        champion: The candidate the alias pointed to.
        selector: The selector's option name.
        salt: What the draw is salted with, so that two deployments draw apart.
    """

    format: int = FORMAT
    product: str
    contract: str
    candidates: tuple[Candidate, ...]
    champion: Candidate
    selector: str
    salt: str

    def choice(self) -> Choice:
        """Return what a selector chooses from."""
        return Choice(candidates=self.candidates, champion=self.champion)

    def check(self) -> None:
        """Refuse to promise what a candidate does not keep, or a champion that is none of them.

        Raises:
            IncompatibleError: A candidate fulfils another major version of the contract.
            StateError: The champion is not among the candidates, so no request could fall back.
        """
        for each in self.candidates:
            name = f"{self.product} {each.release}/{each.generation}"
            check_major(name, each.contract, self.contract)
        if self.champion not in self.candidates:
            raise StateError(
                f"{self.product}'s manifest: its champion {self.champion.release}/"
                f"{self.champion.generation} is none of its {len(self.candidates)} candidates",
                hint="promote a generation: that publishes a manifest that offers it",
            )


def read(document: Any) -> Manifest:
    """Return the manifest that a stored document states, of this format or an older one.

    Raises:
        StateError: It is no manifest, or one of a newer format.
    """
    try:
        found = msgspec.convert(document, Stamp).format
        if found > FORMAT:
            raise StateError(
                f"a manifest of format {found}, this code reads up to {FORMAT}",
                hint="install the version of liaison-lifecycle that wrote it, or a newer one",
            )
        manifest = msgspec.convert(document, Manifest)
    except msgspec.ValidationError as error:
        raise StateError(f"no manifest: {error}") from error
    return manifest if found == FORMAT else _from_first(manifest)


def _from_first(manifest: Manifest) -> Manifest:
    """Return a manifest of format 1 as today's code would have written it."""
    return replace(
        manifest,
        format=FORMAT,
        candidates=tuple(replace(c, contract=manifest.contract) for c in manifest.candidates),
        champion=replace(manifest.champion, contract=manifest.contract),
    )
