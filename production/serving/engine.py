"""The engine: predicts with the generation the selector names, and knows no product.

A new generation is loaded, verified, warmed and checked beside the old one; then one reference is
swapped. A request keeps the state it entered with.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError, StateError
from contracts.ports import KEY, Floats, Model
from production.generation.compatible import major
from production.generation.description import describe
from production.generation.files import unpack
from production.selectors.selector import Candidate, assign, check
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    import pyarrow as pa

    from contracts.contract import Contract
    from production.selectors.selector import Selector
    from production.triggers.runtime import Runtime

    class Opens(Protocol):
        """The part of an artifact store the engine needs."""

        def open(self, digest: str) -> Path:
            """Return the verified folder of an artifact."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What was served to n requests, row by row.

    Attributes:
        predictions: Shape (n, k).
        candidates: The generations that served.
        chosen: Each row's index into ``candidates``.
        propensity: The probability with which each row's generation was chosen.
        manifest: The manifest's revision.
    """

    predictions: Floats
    candidates: tuple[Candidate, ...]
    chosen: npt.NDArray[np.intp]
    propensity: Floats
    manifest: int


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest with its models loaded: what a request enters with."""

    manifest: Manifest
    revision: int
    models: Mapping[Candidate, Model]


class Engine:
    """Serves a product by its manifest.

    Args:
        artifacts: Where generations lie, by digest.
        kind: The class that reads a generation's model back.
        selector: Chooses among a manifest's candidates.
        contract: What every generation must fulfil, an earlier minor version of it at least.

    Attributes:
        fallbacks: How often the champion stood in for a selector that failed.
    """

    def __init__(
        self,
        *,
        artifacts: Opens,
        kind: type[Model],
        selector: Selector,
        contract: Contract,
    ) -> None:
        self._artifacts, self._kind, self._selector = artifacts, kind, selector
        self._contract, self._inputs = contract, list(contract.inputs)
        self._deployed: Deployed | None = None
        self.fallbacks = 0

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
    def champion(self) -> Model | None:
        """The champion's model, none before the first deployment."""
        deployed = self._deployed
        return deployed.models[deployed.manifest.champion] if deployed else None

    def deploy(
        self,
        manifest: Manifest,
        *,
        revision: int,
        loaded: Mapping[Candidate, Model] = MappingProxyType({}),
    ) -> None:
        """Load what the manifest adds, then serve by it.

        Args:
            manifest: The manifest.
            revision: Its revision in the inventory.
            loaded: Models of candidates that :meth:`load` has returned already.

        Raises:
            IncompatibleError: The manifest, or a candidate, is of another product or of another
                major version of the contract; what served before serves on.
            IntegrityError: A candidate is broken; likewise.
            StateError: The champion is not among the candidates; likewise.
        """
        self._require(manifest)
        held = {**(self._deployed.models if self._deployed else {}), **loaded}
        models = {c: held[c] if c in held else self.load(c) for c in manifest.candidates}
        self._deployed = Deployed(manifest=manifest, revision=revision, models=models)

    def load(self, candidate: Candidate) -> Model:
        """Return a generation's model, verified and checked against its own golden set.

        Raises:
            IncompatibleError: It is of another product, or of another major version of the
                contract.
            IntegrityError: It is broken, or fulfils another version than the candidate names.
        """
        folder = self._artifacts.open(candidate.artifact)
        model = unpack(folder, self._kind, self._contract)
        found = describe(folder).contract
        if candidate.contract not in {"", found}:
            raise IntegrityError(
                f"{candidate.release}/{candidate.generation}: offered as fulfilling contract "
                f"{candidate.contract}, its artifact says {found}",
                hint="promote the generation that the registry names",
            )
        return model

    def named(self, candidate: Candidate) -> Candidate:
        """Return a candidate with the contract's version that its artifact says it fulfils."""
        if candidate.contract:
            return candidate
        folder = self._artifacts.open(candidate.artifact)
        return replace(candidate, contract=describe(folder).contract)

    def serve(self, requests: pa.Table, runtime: Runtime | None) -> Served:
        """Return predictions for requests: a table with the key and the input columns.

        A selector that raises, or whose answer is no distribution over the manifest's candidates,
        falls back to the champion.
        """
        deployed = self.deployed
        distribution = self._distribution(deployed, runtime)
        candidates, chosen, propensity = assign(
            distribution,
            requests[KEY].to_pylist() if len(distribution) > 1 else [""] * requests.num_rows,
            salt=deployed.manifest.salt,
        )
        rows = requests.select(self._inputs)
        return Served(
            predictions=self._predict(deployed, rows, candidates, chosen),
            candidates=candidates,
            chosen=chosen,
            propensity=propensity,
            manifest=deployed.revision,
        )

    def one(self, key: str, record: object, runtime: Runtime | None) -> tuple[float, ...]:
        """Return the prediction for one decoded record."""
        deployed = self.deployed
        distribution = self._distribution(deployed, runtime)
        candidates, chosen, _ = assign(distribution, [key], salt=deployed.manifest.salt)
        return deployed.models[candidates[int(chosen[0])]].one(record)

    def _require(self, manifest: Manifest) -> None:
        """Refuse a manifest that this engine cannot keep."""
        if manifest.product != self._contract.product:
            raise IncompatibleError(
                f"a manifest of {manifest.product}, expected one of {self._contract.product}",
                hint="give each product an engine of its own",
            )
        major(f"{manifest.product}'s manifest", manifest.contract, self._contract.version)
        manifest.check()

    def _distribution(
        self, deployed: Deployed, runtime: Runtime | None
    ) -> Mapping[Candidate, float]:
        choice = deployed.manifest.choice()
        try:
            distribution = self._selector(choice, runtime)
            check(distribution, choice)
        except Exception:  # noqa: BLE001 - a user's selector may raise anything, serving goes on
            self.fallbacks += 1
            return {choice.champion: 1.0}
        return distribution

    def _predict(
        self,
        deployed: Deployed,
        rows: pa.Table,
        candidates: tuple[Candidate, ...],
        chosen: npt.NDArray[np.intp],
    ) -> Floats:
        if len(candidates) == 1:
            return deployed.models[candidates[0]].predict(rows)
        parts = [np.flatnonzero(chosen == at) for at in range(len(candidates))]
        order = np.concatenate(parts)
        predicted = [
            deployed.models[candidate].predict(rows.take(part))
            for candidate, part in zip(candidates, parts, strict=True)
            if len(part)
        ]
        found = np.vstack(predicted)
        return found[np.argsort(order)]
