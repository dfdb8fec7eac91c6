"""Follows the newest manifest: loads it beside the one that serves, then swaps them.

Tokens are renewed beside it, and alarms looked at, in threads of their own: one that is revoked
must not stay valid, nor a generation that fails stay, as long as another takes to load.

A manifest whose generations are broken is refused, once, and what served before serves on.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from contracts.errors import (
    ContractError,
    IncompatibleError,
    IntegrityError,
    SignatureError,
    StateError,
    UnavailableError,
    UnfinishedError,
)
from contracts.moment import MINUTE
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from production.artifacts.store import Artifacts
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.metrics import Rewards, Runtime
    from production.registry.manifests import Inventoried, Manifests
    from production.service.local_copy import LocalCopy
    from production.service.probation import Probation
    from production.serving.engine import Engine

LOG = logging.getLogger("liaison.service")
#: What is followed.
MANIFEST, TOKENS, ALARMS = "newest manifest", "tokens", "alarms"


class Watcher:
    """Keeps an engine at the newest manifest of a product that can serve.

    Args:
        product: The product.
        manifests: The inventory of manifests.
        engine: The engine.
        loader: Its loader.
        artifacts: Where its generations are, and where broken ones are moved aside.
        renew: Reads what else may have changed: the tokens.
        runtime: Returns the runtime metrics that selectors choose by.
        probation: Watches the generations that are new in their arms.
        copy: Where what serves is kept, for a start while the database is away.

    Attributes:
        probation: The same.
        is_confirmed: Whether the database could be read since the start: until then the newest
            manifest is the one that was known last.
        refused: The revisions that could not serve, and why.
    """

    def __init__(
        self,
        *,
        product: str,
        manifests: Manifests,
        engine: Engine,
        loader: Loader,
        artifacts: Artifacts,
        renew: Callable[[], None],
        runtime: Callable[[], Runtime],
        probation: Probation,
        copy: LocalCopy | None = None,
    ) -> None:
        self._product, self._manifests, self._engine = product, manifests, engine
        self._loader, self._artifacts, self._renew = loader, artifacts, renew
        self._runtime, self.probation, self._copy = runtime, probation, copy
        self._seen: tuple[Mapping[str, tuple[Rewards, ...]], int] = ({}, 0)
        self._stop = Event()
        self._threads: list[Thread] = []
        self._errors: dict[str, str] = {}
        self.is_confirmed = False
        self.refused: dict[int, str] = {}

    @property
    def error(self) -> str:
        """Why the newest manifest, or a change of tokens, cannot be followed now; empty if not."""
        return next(filter(None, [*self._errors.values()]), "")

    def open(self) -> None:
        """Deploy the newest manifest that can serve; nothing, if there is none.

        While the database is away it is the one that was known last.

        Raises:
            UnavailableError: The database is away, and none is known.
        """
        try:
            self._renew()
            manifests = self._manifests.all(self._product)
        except UnavailableError as away:
            self._open_copy(away)
            return
        self.is_confirmed = True
        for inventoried in reversed(manifests):
            with self._logged(MANIFEST):
                if self._deploy(inventoried, manifests):
                    return

    def step(self) -> bool:
        """Deploy the newest manifest unless it is, or was refused; return whether it was.

        One that was known last is deployed again, now that the manifests before it are known.
        """
        newest = self._manifests.current(self._product)
        was_confirmed, self.is_confirmed = self.is_confirmed, True
        if newest is None or newest.revision in self.refused:
            return False
        serves = self._engine.is_deployed and newest.revision == self._engine.deployed.revision
        if serves and was_confirmed:
            return False
        return self._deploy(newest, self._manifests.all(self._product))

    def share(self) -> None:
        """Let the selector share the traffic anew if arms earned something, or a minute went by.

        A champion alone has nobody to share with.
        """
        if not self._engine.is_deployed or len(self._engine.deployed.manifest.arms) == 1:
            return
        runtime = self._runtime()
        seen = (runtime.arms, runtime.now // MINUTE)
        if seen != self._seen:
            self._engine.update(runtime)
            self._seen = seen

    def start(self, every: float) -> None:
        """Look for a newer manifest, and for other tokens, every so many seconds, in threads."""
        looks = ((MANIFEST, self._follow), (TOKENS, self._renew), (ALARMS, self.probation.step))
        for name, look in looks:
            thread = Thread(target=self._run, args=(every, name, look), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self, seconds: float) -> None:
        """Stop looking; wait at most so many seconds for a generation that is being loaded."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)

    def _open_copy(self, away: UnavailableError) -> None:
        manifest = self._copy.known.manifest if self._copy else None
        if manifest is None:
            raise away
        with self._logged(MANIFEST):
            self._deploy(manifest, [manifest])
        self._errors[MANIFEST] = str(away)
        LOG.warning("manifest %d is the newest that is known here", manifest.revision)

    def _run(self, every: float, name: str, look: Callable[[], None]) -> None:
        while not self._stop.wait(every):
            with self._logged(name):
                look()

    def _follow(self) -> None:
        self.step()
        self.share()
        self._engine.watch(self.probation.models)

    @contextmanager
    def _logged(self, name: str) -> Iterator[None]:
        """Log what fails now and may not later, once as long as it stays the same."""
        try:
            yield
            self._errors[name] = ""
        except Exception as error:
            if str(error) != self._errors.get(name):
                self._errors[name] = str(error)
                LOG.exception("the %s cannot be followed; what serves, serves on", name)

    def _deploy(self, inventoried: Inventoried, history: Sequence[Inventoried]) -> bool:
        """Serve by a manifest, given all of them; return whether it can. Why not is logged."""
        try:
            manifest = read(inventoried.document)
            for candidate in manifest.candidates:
                self._load(candidate)
            watched = self.probation.begin(
                [each for each in history if each.revision <= inventoried.revision]
            )
            self._engine.deploy(manifest, revision=inventoried.revision, watched=watched)
        except (ContractError, IncompatibleError, IntegrityError) as error:
            self.refused[inventoried.revision] = error.message
            LOG.error("manifest %d cannot serve: %s", inventoried.revision, error)  # noqa: TRY400
            return False
        LOG.info("manifest %d serves", inventoried.revision)
        if self._copy:
            self._copy.keep_manifest(inventoried)
        return True

    def _load(self, candidate: Candidate) -> None:
        """Load a generation; a broken one is moved aside, so that it never comes back.

        Raises:
            IncompatibleError: It is of another product or major version.
            IntegrityError: It is broken.
            StateError: The store does not have it, or not now.
        """
        try:
            self._loader.load(candidate)
        except (SignatureError, UnfinishedError):
            raise  # it may be whole, and serve where its key is trusted or the machine less busy
        except IntegrityError as error:
            with suppress(StateError):
                self._artifacts.quarantine(candidate.artifact, error.message)
            raise
