"""The promotion agent: moves the alias and publishes a manifest when a generation may serve."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError, SignatureError, StateError
from contracts.version import compatibility
from production.serving.manifest import Manifest, read
from production.triggers import Wake

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    from production.agents.progress import Pending, Progress
    from production.database.database import Database
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.aliases import Aliases
    from production.registry.manifests import Inventoried, Manifests

    class Quarantines(Protocol):
        """The part of an artifact store that promotion needs."""

        def quarantine(self, digest: str, reason: str) -> Path:
            """Move a broken artifact aside."""


CHAMPION = "champion"


class PromotionAgent:
    """Puts generations of one product into service.

    Args:
        product: The product.
        contract: The version of the contract that is served.
        selector: The selector's option name, for the manifest.
        aliases: Where ``champion`` points.
        manifests: The inventory of manifests.
        loader: Verifies a candidate before anything points to it.
        artifacts: Where a broken generation is moved aside.
        progress: The agents' progress: the training agent's says which generations may serve.
        database: The database of alias, manifest and progress.
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
        loader: Loader,
        artifacts: Quarantines,
        progress: Progress,
        database: Database,
        seed: int = 0,
        offered: int = 1,
    ) -> None:
        self._product, self._contract, self._selector = product, contract, selector
        self._aliases, self._manifests, self._artifacts = aliases, manifests, artifacts
        self._loader, self._progress, self._database = loader, progress, database
        self._seed, self._offered = seed, offered

    def step(self, moment: int) -> str | None:
        """Promote the generations that are ready; return why one could not serve, if one could not.

        A broken generation is moved aside; one that is whole and may not serve here (of another
        product, of another major version of the contract, not signed as required) stays where it
        is. Either way what served before continues to serve.

        Raises:
            ConflictError: Someone else promoted meanwhile; nothing is written.
        """
        why = None
        for pending in self._waiting():
            if pending.ready <= moment:
                why = self._promote(pending, moment)
        return why

    def next(self, moment: int) -> Wake:
        """Return when the next generation may serve."""
        later = [pending.ready for pending in self._waiting() if pending.ready > moment]
        return Wake(at=min(later, default=None))

    def _waiting(self) -> list[Pending]:
        """Return the generations that the agent has not handled yet, oldest first."""
        handled = self._progress.promotion.load().handled
        pending = self._progress.training.load().pending
        return [each for each in pending if handled is None or each.asked > handled]

    def _promote(self, pending: Pending, moment: int) -> str | None:
        progress = replace(self._progress.promotion.load(), handled=pending.asked)
        try:
            candidate = self._verified(pending.candidate)
        except IntegrityError as error:
            progress = replace(progress, broken=progress.broken + 1, why=error.message)
            self._progress.promotion.save(progress, moment)
            return error.message
        with self._database.transaction():
            self._publish(candidate, moment)
            self._progress.promotion.save(replace(progress, promoted=moment), moment)
        return None

    def _publish(self, candidate: Candidate, moment: int) -> None:
        """Make a candidate the champion, and publish a manifest that offers it."""
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
        self._manifests.publish(self._product, document, revision=revision, moment=moment)

    def _compatible(self, before: Inventoried | None) -> tuple[Candidate, ...]:
        """Return the earlier manifest's candidates of the same major version of the contract."""
        candidates = read(before.document).candidates if before else ()
        return tuple(c for c in candidates if compatibility(c.contract, self._contract) != "other")

    def _verified(self, candidate: Candidate) -> Candidate:
        """Load a candidate, and return it with its contract's version.

        Raises:
            IntegrityError: It is broken and was moved aside, or may not serve here.
        """
        try:
            self._loader.load(candidate)
            return self._loader.named(candidate)
        except (IncompatibleError, SignatureError) as error:
            # The artifact is whole and may serve elsewhere: it must stay where it is.
            raise IntegrityError(error.message, hint=error.hint) from error
        except StateError as error:
            # A missing artifact was moved aside by a process that was killed before it recorded so.
            with suppress(StateError):
                self._artifacts.quarantine(candidate.artifact, error.message)
            raise IntegrityError(error.message, hint=error.hint) from error
