"""Promotion: the alias moves, a manifest is published, the engine serves by it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import IncompatibleError, IntegrityError, SignatureError, StateError
from contracts.fulfilment.compatible import fit
from production.serving.manifest import Manifest, read

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.aliases import Aliases
    from production.registry.manifests import Inventoried, Manifests
    from production.serving.engine import Engine

    class Quarantines(Protocol):
        """The part of an artifact store promotion needs."""

        def quarantine(self, digest: str, reason: str) -> Path:
            """Move a broken artifact aside."""


CHAMPION = "champion"


class Promotion:
    """Puts generations of one product into service.

    Args:
        product: The product.
        contract: The version of the contract that is served.
        selector: The selector's option name, for the manifest.
        aliases: Where ``champion`` points.
        manifests: The inventory of manifests.
        loader: Verifies a candidate before anything points to it.
        artifacts: Where a broken generation is moved aside.
        seed: What dispatch between candidates is drawn by.
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
        loader: Loader,
        artifacts: Quarantines,
        seed: int = 0,
        keep: int = 1,
    ) -> None:
        self._product, self._contract, self._selector = product, contract, selector
        self._aliases, self._manifests, self._artifacts = aliases, manifests, artifacts
        self._loader = loader
        self._seed, self._keep = seed, keep

    def promote(self, candidate: Candidate, moment: int, engine: Engine) -> None:
        """Make a candidate the champion and deploy it.

        Raises:
            ConflictError: Someone else promoted meanwhile.
            IntegrityError: The candidate is broken and was moved aside, or it is whole and may not
                serve here: of another product, of another major version of the contract, not signed
                as is demanded. Nothing is written, and what served before serves on.
        """
        candidate = self._load(candidate)
        alias = self._aliases.current(self._product, CHAMPION)
        self._aliases.point(
            self._product,
            CHAMPION,
            release=candidate.release,
            generation=candidate.generation,
            revision=alias.revision if alias else 0,
        )
        before = self._manifests.current(self._product)
        manifest = Manifest(
            product=self._product,
            contract=self._contract,
            candidates=(*self._held(before), candidate)[-self._keep :],
            champion=candidate,
            selector=self._selector,
            salt=f"{self._product}:{self._seed}:{before.revision + 1 if before else 1}",
        )
        manifest.check()
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
        engine.deploy(read(current.document), revision=current.revision)

    def _held(self, before: Inventoried | None) -> tuple[Candidate, ...]:
        """Return what the manifest before offered and this one may offer too.

        The first generation of another major version begins anew.
        """
        held = read(before.document).candidates if before else ()
        return tuple(c for c in held if fit(c.contract, self._contract) != "other")

    def _load(self, candidate: Candidate) -> Candidate:
        """Load a candidate, and return it with its contract's version."""
        try:
            self._loader.load(candidate)
            return self._loader.named(candidate)
        except (IncompatibleError, SignatureError) as error:
            # It is what it says it is, and may serve elsewhere: there it must still be found.
            raise IntegrityError(error.message, hint=error.hint) from error
        except StateError as error:
            # One that is not there was moved aside by a process that was killed before it said so.
            with suppress(StateError):
                self._artifacts.quarantine(candidate.artifact, error.message)
            raise IntegrityError(error.message, hint=error.hint) from error
