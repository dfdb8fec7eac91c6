"""What a product's newest manifest offers, as claims to fulfil a contract. Nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.fulfilment.deployed import Claim
from production.registry.manifests import deployed
from production.serving.manifest import read

if TYPE_CHECKING:
    from contracts.fulfilment.deployed import Role
    from production.generation.description import Candidate


class DeployedClaims:
    """The claims of what a registry's newest manifests deploy.

    Args:
        database: The URL of the registry's database.
    """

    def __init__(self, *, database: str) -> None:
        self._database = database

    def of(self, product: str) -> tuple[Claim, ...]:
        """Return a claim for each generation of an arm, the champion first; none before any.

        Raises:
            ConfigError: The URL is malformed.
            StateError: The database, or the manifest, cannot be read.
        """
        newest = deployed(self._database, product)
        if newest is None:
            return ()
        manifest = read(newest.document)
        return tuple(
            Claim(
                product=manifest.product,
                release=each.release,
                generation=each.generation,
                contract=each.contract,
                artifact=each.artifact,
                role=_role(each, manifest.champion),
                at=newest.created_at,
            )
            for each in manifest.candidates
        )


def _role(candidate: Candidate, champion: Candidate) -> Role:
    return "champion" if candidate == champion else "candidate"
