"""The promotion agent: makes a generation the champion once it may serve."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError, SignatureError, UnfinishedError
from production.triggers import Wake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Protocol

    from production.agents.progress import Pending, Progress
    from production.database.database import Database
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.serving.publisher import Publisher

    class Quarantines(Protocol):
        """The part of an artifact store that promotion needs."""

        def quarantine(self, digest: str, reason: str) -> Path:
            """Move a broken artifact aside."""


class PromotionAgent:
    """Puts generations of one product into service.

    Args:
        publisher: Makes a generation the champion.
        pinned: Whether a person keeps the champion: then generations wait.
        loader: Verifies a candidate before anything points to it.
        artifacts: Where a broken generation is moved aside.
        progress: The agents' progress: the training agent's says which generations may serve.
        database: The database of alias, manifest and progress.
    """

    def __init__(
        self,
        *,
        publisher: Publisher,
        pinned: Callable[[], bool],
        loader: Loader,
        artifacts: Quarantines,
        progress: Progress,
        database: Database,
    ) -> None:
        self._publisher, self._pinned = publisher, pinned
        self._loader, self._artifacts = loader, artifacts
        self._progress, self._database = progress, database

    def step(self, moment: int) -> str | None:
        """Promote the generations that are ready; return why one could not serve, if one could not.

        A broken generation is moved aside; one that is whole and may not serve here (of another
        product, of another major version of the contract, not signed as required) stays where it
        is. Either way what served before continues to serve.

        Raises:
            ConflictError: Someone else promoted meanwhile; nothing is written.
        """
        ready = [pending for pending in self._waiting() if pending.ready <= moment]
        if not ready or self._pinned():
            return None
        why = None
        for pending in ready:
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
            self._publisher.publish(candidate, moment)
            self._progress.promotion.save(replace(progress, promoted=moment), moment)
        return None

    def _verified(self, candidate: Candidate) -> Candidate:
        """Load a candidate, and return it with its contract's version.

        Raises:
            IntegrityError: It is broken and was moved aside, or may not serve here.
        """
        try:
            self._loader.load(candidate)
            return self._loader.named(candidate)
        except (IncompatibleError, SignatureError, UnfinishedError) as error:
            # The artifact may be whole and serve elsewhere: it must stay where it is.
            raise IntegrityError(error.message, hint=error.hint) from error
        except IntegrityError as error:
            # A process that was killed before it recorded so may have moved it aside already.
            with suppress(IntegrityError):
                self._artifacts.quarantine(candidate.artifact, error.message)
            raise
