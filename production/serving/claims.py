"""What a product's newest manifest offers, as claims to fulfil a contract; only ever read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.fulfilment.claim import Claim
from production.registry.view import deployed
from production.serving.manifest import read

if TYPE_CHECKING:
    from contracts.fulfilment.claim import Role
    from production.generation.description import Candidate


class Claims:
    """Reads a registry's database.

    Args:
        database: Its URL.
    """

    def __init__(self, *, database: str) -> None:
        self._database = database

    def of(self, product: str) -> tuple[Claim, ...]:
        """Return what a product's manifest offers, the champion first; nothing before the first.

        Raises:
            ConfigError: The URL is malformed.
            StateError: The database, or the manifest, cannot be read.
        """
        found = deployed(self._database, product)
        if found is None:
            return ()
        manifest = read(found.document)
        others = (each for each in reversed(manifest.candidates) if each != manifest.champion)
        return tuple(
            Claim(
                product=manifest.product,
                release=each.release,
                generation=each.generation,
                contract=each.contract,
                artifact=each.artifact,
                role=_role(each, manifest.champion),
                at=found.created_at,
            )
            for each in (manifest.champion, *others)
        )


def _role(candidate: Candidate, champion: Candidate) -> Role:
    return "champion" if candidate == champion else "candidate"
