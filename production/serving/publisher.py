"""Makes a generation the champion: the alias moves and the next manifest offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.version import compatibility
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from production.database.database import Database
    from production.generation.description import Candidate
    from production.registry.aliases import Aliases
    from production.registry.manifests import Inventoried, Manifests

CHAMPION = "champion"


class Publisher:
    """Publishes the manifests of one product.

    Args:
        product: The product.
        contract: The version of the contract that is served.
        selector: The selector's option name, for the manifest.
        aliases: Where ``champion`` points.
        manifests: The inventory of manifests.
        database: The database of alias and manifest.
        seed: What dispatch between candidates is drawn by.
        offered: How many candidates a manifest offers, the newest ones.
    """

    def __init__(
        self,
        *,
        product: str,
        contract: str,
        selector: str,
        aliases: Aliases,
        manifests: Manifests,
        database: Database,
        seed: int = 0,
        offered: int = 1,
    ) -> None:
        self._product, self._contract, self._selector = product, contract, selector
        self._aliases, self._manifests, self._database = aliases, manifests, database
        self._seed, self._offered = seed, offered

    def publish(self, candidate: Candidate, moment: int) -> Inventoried:
        """Make a candidate the champion, and publish a manifest that offers it.

        Raises:
            ConflictError: Someone else published meanwhile; nothing is written.
            IncompatibleError: The candidate fulfils another major version of the contract.
            StateError: The candidate's generation is not registered.
        """
        with self._database.transaction():
            alias = self._aliases.current(self._product, CHAMPION)
            self._aliases.point(
                self._product,
                CHAMPION,
                release=candidate.release,
                generation=candidate.generation,
                revision=alias.revision if alias else 0,
            )
            before = self._manifests.current(self._product)
            revision = before.revision if before else 0
            manifest = Manifest(
                product=self._product,
                contract=self._contract,
                candidates=(*self._compatible(before), candidate)[-self._offered :],
                champion=candidate,
                selector=self._selector,
                salt=f"{self._product}:{self._seed}:{revision + 1}",
            )
            manifest.check()
            document = msgspec.to_builtins(manifest)
            return self._manifests.publish(
                self._product, document, revision=revision, moment=moment
            )

    def _compatible(self, before: Inventoried | None) -> tuple[Candidate, ...]:
        """Return the earlier manifest's candidates of the same major version of the contract."""
        candidates = read(before.document).candidates if before else ()
        return tuple(c for c in candidates if compatibility(c.contract, self._contract) != "other")
