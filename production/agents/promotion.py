"""The promotion agent: makes a generation the champion once it may serve; each decision is kept."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError, SignatureError, UnfinishedError
from contracts.moment import iso
from production.registry.agent_decisions import WAIT
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any, Protocol

    from production.agents.progress import Pending, Progress
    from production.database.database import Database
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.agent_decisions import DecisionLog
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
        decisions: Where each decision is recorded.
        database: The database of alias, manifest, decisions and progress.
    """

    def __init__(
        self,
        *,
        publisher: Publisher,
        pinned: Callable[[], bool],
        loader: Loader,
        artifacts: Quarantines,
        progress: Progress,
        decisions: DecisionLog,
        database: Database,
    ) -> None:
        self._publisher, self._pinned = publisher, pinned
        self._loader, self._artifacts = loader, artifacts
        self._progress, self._decisions, self._database = progress, decisions, database

    def step(self, moment: int) -> str | None:
        """Promote the generations that are ready; return why one could not serve, if one could not.

        A broken generation is moved aside; one that is whole and may not serve here (of another
        product, of another major version of the contract, not signed as required) stays where it
        is. Either way what served before continues to serve.

        Raises:
            ConflictError: Someone else promoted meanwhile; nothing is written.
        """
        ready = [pending for pending in self._waiting() if pending.ready <= moment]
        if ready and self._pinned():
            self._wait(ready, moment)
            return None
        why = None
        for pending in ready:
            why = self._promote(pending, moment)
        return why

    def load(self, moment: int) -> None:
        """Load the generations that are ready, which may take long; a step then finds them loaded.

        What is wrong with one, the step finds and records.
        """
        for pending in self._waiting() if self.is_due(moment) else ():
            if pending.ready <= moment:
                with suppress(IntegrityError, IncompatibleError, SignatureError, UnfinishedError):
                    self._loader.load(pending.candidate)

    def is_due(self, moment: int) -> bool:
        """Return whether a generation may be promoted at a moment."""
        ready = any(pending.ready <= moment for pending in self._waiting())
        return ready and not self._pinned()

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
            with self._database.transaction():
                self._progress.promotion.save(progress, moment)
                self._decisions.record(moment, "refuse", error.message, _seen(pending))
            return error.message
        with self._database.transaction():
            manifest = self._publisher.publish(candidate, moment)
            self._progress.promotion.save(replace(progress, promoted=moment), moment)
            why = f"its training was asked for at {iso(pending.asked)}, and it may serve"
            seen = {**_seen(pending), "manifest": manifest.revision}
            self._decisions.record(moment, "promote", why, seen)
        return None

    def _wait(self, ready: list[Pending], moment: int) -> None:
        """Record, once for each moment, that generations wait for a person."""
        progress = self._progress.promotion.load()
        if progress.waited is None or moment > progress.waited:
            with self._database.transaction():
                self._progress.promotion.save(replace(progress, waited=moment), moment)
                seen = _seen(ready[-1]) | {"waiting": len(ready)}
                self._decisions.record(moment, WAIT, "the champion is pinned", seen)

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


def _seen(pending: Pending) -> dict[str, Any]:
    """Return what a decision on a generation is made from; times in microseconds."""
    return {
        "generation": pending.candidate.name,
        "asked": pending.asked,
        "ready": pending.ready,
    }
