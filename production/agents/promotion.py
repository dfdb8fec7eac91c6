"""Promotion: the alias moves, a manifest is published, the engine serves by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import StateError
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from production.registry.aliases import Aliases
    from production.registry.manifests import Manifests
    from production.selectors.selector import Candidate
    from production.serving.engine import Engine

CHAMPION = "champion"


class Promotion:
    """Puts generations of one product into service.

    Args:
        product: The product.
        contract: The version of the contract its generations fulfil.
        selector: The selector's option name, for the manifest.
        aliases: Where ``champion`` points.
        manifests: The inventory of manifests.
        keep: How many candidates a manifest offers, the newest ones.
    """

    def __init__(
        self,
        *,
        product: str,
        contract: str,
        selector: str,
        aliases: Aliases,
        manifests: Manifests,
        keep: int = 1,
    ) -> None:
        self._product, self._contract, self._selector = product, contract, selector
        self._aliases, self._manifests, self._keep = aliases, manifests, keep

    def promote(self, candidate: Candidate, moment: int, engine: Engine) -> None:
        """Make a candidate the champion and deploy it.

        Raises:
            ConflictError: Someone else promoted meanwhile.
            IntegrityError: The candidate is broken; what served before serves on.
        """
        alias = self._aliases.current(self._product, CHAMPION)
        self._aliases.point(
            self._product,
            CHAMPION,
            release=candidate.release,
            generation=candidate.generation,
            revision=alias.revision if alias else 0,
        )
        before = self._manifests.current(self._product)
        held = self._read(before.document).candidates if before else ()
        manifest = Manifest(
            product=self._product,
            contract=self._contract,
            candidates=(*held, candidate)[-self._keep :],
            champion=candidate,
            selector=self._selector,
            salt=f"{self._product}:{before.revision + 1 if before else 1}",
        )
        made = self._manifests.publish(
            self._product,
            msgspec.to_builtins(manifest),
            revision=before.revision if before else 0,
            moment=moment,
        )
        engine.deploy(manifest, revision=made.revision)

    def restore(self, engine: Engine) -> None:
        """Deploy what was in service when the process before this one ended.

        Raises:
            StateError: Nothing was.
        """
        current = self._manifests.current(self._product)
        if current is None:
            raise StateError(f"no manifest of {self._product} yet", hint="promote a generation")
        engine.deploy(self._read(current.document), revision=current.revision)

    def _read(self, document: object) -> Manifest:
        return msgspec.convert(document, Manifest)
