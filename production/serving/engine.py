"""The engine: predicts with the generation that the selector chooses, for any product.

A new generation is loaded, verified, warmed up and checked beside the old one; then one reference
is swapped. A request keeps the deployment it entered with.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.errors import IncompatibleError, StateError
from contracts.ports import Floats
from production.generation.description import Candidate, check_major
from production.serving.bounded import TimeLimit
from production.serving.chain import Handovers, first_answer, predict_rows
from production.serving.offers import Offers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    import pyarrow as pa

    from contracts.contract import Contract
    from production.generation.loader import Loader
    from production.metrics import Runtime
    from production.selectors.port import Selector, Split
    from production.serving.deployed import Deployed, Offer, Predicts
    from production.serving.manifest import Manifest


LOG = logging.getLogger("liaison.serving")
#: Seconds that a selector may take before the champion stands in for it.
PATIENCE = 5.0


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation predicted in the shadow: logged, never served.

    Attributes:
        candidate: The generation.
        predictions: Shape (n, k).
    """

    candidate: Candidate
    predictions: Floats


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What was served to n requests, row by row.

    Attributes:
        predictions: Shape (n, k).
        candidates: The generations that may have served.
        chosen: Each row's index into ``candidates``.
        propensity: The probability with which each row's generation was chosen.
        manifest: The manifest's revision.
        mirrored: What other generations predicted in the shadow.
    """

    predictions: Floats
    candidates: tuple[Candidate, ...]
    chosen: npt.NDArray[np.intp]
    propensity: Floats
    manifest: int
    mirrored: tuple[Mirrored, ...] = ()


class Engine:
    """Serves a product by its manifest.

    Requests may be served by many threads; deploying and updating is for one thread.

    Args:
        loader: Loads the models of a manifest's generations.
        selector: Shares the traffic of a manifest that states no selector of its own.
        contract: The contract that is deployed.
        build: Returns the selector that a manifest states, from its configuration.
        patience: Seconds that a selector may take.

    Attributes:
        fallbacks: How often the selector failed, so that the champion stood in for it. The selector
            is called once for each deployment and update, not for each request.
        failure: Why it fails now, empty if it does not.
        handovers: The predictions that an arm failed to make, so that the next of a chain did.
    """

    def __init__(
        self,
        *,
        loader: Loader,
        selector: Selector,
        contract: Contract,
        build: Callable[[Mapping[str, Any]], Selector] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._loader, self._selector, self._contract = loader, selector, contract
        self._offers = Offers(loader)
        self._build, self._limited = build, TimeLimit(patience)
        self._inputs = list(contract.inputs)
        self._deployed: Deployed | None = None
        self._runtime: Runtime | None = None
        self.fallbacks, self.failure = 0, ""
        self.handovers = Handovers()

    @property
    def deployed(self) -> Deployed:
        """What serves now.

        Raises:
            StateError: Nothing is deployed.
        """
        if self._deployed is None:
            raise StateError("nothing is deployed", hint="promote a generation first")
        return self._deployed

    @property
    def is_deployed(self) -> bool:
        """Whether anything is deployed."""
        return self._deployed is not None

    def deploy(
        self,
        manifest: Manifest,
        *,
        revision: int,
        runtime: Runtime | None = None,
        watched: Mapping[Candidate, Predicts] | None = None,
    ) -> None:
        """Load a manifest's candidates, then serve by it.

        What served before continues to serve if an error is raised.

        Args:
            manifest: The manifest.
            revision: Its revision in the inventory.
            runtime: New runtime metrics for the selector; without, it sees those it saw last.
            watched: Models that serve in the place of those loaded, see `watch`.

        Raises:
            IncompatibleError: The manifest, or a candidate, is of another product or of another
                major version of the contract.
            IntegrityError: A candidate is broken.
            StateError: A candidate is not in the store, or the champion is not a candidate.
        """
        self._check(manifest)
        self._runtime = runtime or self._runtime
        for candidate in manifest.candidates:
            self._loader.load(candidate)
        self._offers.watched = watched or {}
        self._deployed = self._prepare(manifest, revision)
        self._offers.retain(manifest)

    def update(self, runtime: Runtime) -> None:
        """Let the selector share the traffic anew, by new runtime metrics."""
        self._runtime = runtime
        if self._deployed is not None:
            self._deployed = self._prepare(self._deployed.manifest, self._deployed.revision)

    def watch(self, models: Mapping[Candidate, Predicts]) -> None:
        """Serve with these models in the place of those loaded, and with no others."""
        if models != self._offers.watched:
            self._offers.watched = models
            if self._deployed is not None:
                self._deployed = self._prepare(self._deployed.manifest, self._deployed.revision)

    def serve(self, requests: pa.Table) -> Served:
        """Return predictions for requests: a table with the key and the input columns."""
        deployed, rows = self.deployed, requests.select(self._inputs)
        chosen = np.zeros(requests.num_rows, dtype=np.intp)
        offers = deployed.offers
        if deployed.is_shared:
            offers, chosen[:] = deployed.choose_all(requests)
        if deployed.is_chained:
            offers, chosen, predictions = predict_rows(
                offers, rows, chosen, k=self._contract.k, handovers=self.handovers
            )
        else:
            predictions = _predict(offers, rows, chosen)
        return Served(
            predictions=predictions,
            candidates=tuple(offer.candidate for offer in offers),
            chosen=chosen,
            propensity=np.array([offer.propensity for offer in offers])[chosen],
            manifest=deployed.revision,
            mirrored=tuple(_mirrored(deployed.shadows, rows)),
        )

    def choose(self, key: str, record: object = None) -> Offer:
        """Return the generation that serves a request with a key.

        Args:
            key: The key.
            record: The decoded record, for a selector that tells requests apart.

        Raises:
            StateError: Nothing is deployed.
        """
        return (self._deployed or self.deployed).choose(key, record)

    def predict(self, offer: Offer, record: object) -> tuple[Offer, tuple[float, ...]]:
        """Return who predicts a record, an offer or the first of its chain that can, and what."""
        if not offer.fallbacks:
            return offer, offer.model.one(record)
        return first_answer(offer, record, k=self._contract.k, handovers=self.handovers)

    def _check(self, manifest: Manifest) -> None:
        if manifest.product != self._contract.product:
            raise IncompatibleError(
                f"a manifest of {manifest.product}, expected one of {self._contract.product}",
                hint="give each product an engine of its own",
            )
        check_major(f"{manifest.product}'s manifest", manifest.contract, self._contract.version)
        manifest.check()

    def _prepare(self, manifest: Manifest, revision: int) -> Deployed:
        """Return a manifest ready to serve.

        Its champion alone serves if the selector fails: if it raises, takes too long, or if its
        answer is no distribution over the manifest's arms, or by a column that is no input.
        """
        choice = manifest.choice()
        try:
            split = self._limited(lambda: self._chosen(manifest)(choice, self._runtime))
            self._check_column(split)
            deployed = self._offers.prepare(manifest, revision, split)
        except Exception as error:  # noqa: BLE001 - a user's selector may raise anything, serving goes on
            self.fallbacks += 1
            failure = f"{type(error).__name__}: {error}"
            if failure != self.failure:
                LOG.warning("the selector failed, the champion serves alone: %s", failure)
            self.failure = failure
            return self._offers.champion(manifest, revision)
        self.failure = ""
        return deployed

    def _check_column(self, split: Split) -> None:
        """Check that requests are told apart by an input.

        Raises:
            StateError: It is no input.
        """
        if split.column is not None and split.column not in self._inputs:
            raise StateError(f"a selector chose by {split.column!r}, which is no input")

    def _chosen(self, manifest: Manifest) -> Selector:
        """Return the selector that a manifest states, the configured one if it states none."""
        if self._build is None or not manifest.component:
            return self._selector
        return self._build(manifest.component)


def _mirrored(shadows: Sequence[Offer], rows: pa.Table) -> Iterator[Mirrored]:
    """Yield what each shadow predicts; one that fails costs no request anything."""
    for offer in shadows:
        with suppress(Exception):
            yield Mirrored(candidate=offer.candidate, predictions=offer.model.predict(rows))


def _predict(offers: Sequence[Offer], rows: pa.Table, chosen: npt.NDArray[np.intp]) -> Floats:
    """Return predictions for rows, each by the model of the offer at its index, (n, k)."""
    if len(offers) == 1:
        return offers[0].model.predict(rows)
    parts = [np.flatnonzero(chosen == at) for at in range(len(offers))]
    predicted = [
        offer.model.predict(rows.take(part))
        for offer, part in zip(offers, parts, strict=True)
        if len(part)
    ]
    return np.vstack(predicted)[np.argsort(np.concatenate(parts))]
