"""The manifest of a deployment: a product's candidates, and the selector that chooses one."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.errors import StateError
from contracts.name import Name
from production.generation.description import Candidate, Stamp, check_major
from production.selectors import Choice

#: The format of a manifest that this code writes, and the newest it reads. In format 1 candidates
#: did not state which version of the contract they fulfil: all fulfilled the manifest's.
FORMAT = 2


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a manifest; the inventory adds its revision.

    Attributes:
        format: The format of this document.
        product: The product it serves.
        contract: The version of the contract that consumers are promised.
        candidates: The generations on offer, oldest first.
        champion: The candidate that the alias ``champion`` pointed to.
        selector: The selector's option name.
        salt: The salt of the draw, so that two deployments draw independently.
    """

    format: int = FORMAT
    product: Name
    contract: str
    candidates: tuple[Candidate, ...]
    champion: Candidate
    selector: str
    salt: str

    def choice(self) -> Choice:
        """Return what a selector chooses from."""
        return Choice(candidates=self.candidates, champion=self.champion)

    def check(self) -> None:
        """Check each candidate's major version, and that the champion is one of them.

        Raises:
            IncompatibleError: A candidate fulfils another major version of the contract.
            StateError: The champion is not a candidate.
        """
        for each in self.candidates:
            name = f"{self.product} {each.name}"
            check_major(name, each.contract, self.contract)
        if self.champion not in self.candidates:
            raise StateError(
                f"{self.product}'s manifest: its champion {self.champion.name} is not one of its "
                f"{len(self.candidates)} candidates",
                hint="promote a generation: that publishes a manifest that offers it",
            )


def read(document: Any) -> Manifest:
    """Read a stored manifest of this format or an older one.

    Raises:
        StateError: The document is malformed, or of a newer format.
    """
    try:
        number = msgspec.convert(document, Stamp).format
        if number > FORMAT:
            raise StateError(
                f"a manifest of format {number}, this code reads up to {FORMAT}",
                hint="install the version of liaison-lifecycle that wrote it, or a newer one",
            )
        manifest = msgspec.convert(document, Manifest)
    except msgspec.ValidationError as error:
        raise StateError(f"not a manifest: {error}") from error
    return manifest if number == FORMAT else _from_first(manifest)


def _from_first(manifest: Manifest) -> Manifest:
    """Return a manifest of format 1 in today's format."""
    return replace(
        manifest,
        format=FORMAT,
        candidates=tuple(replace(c, contract=manifest.contract) for c in manifest.candidates),
        champion=replace(manifest.champion, contract=manifest.contract),
    )
