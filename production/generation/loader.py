"""Loads generations from the artifact store, for the engine and for the agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import IntegrityError
from production.generation.description import check_compatible, describe, read_by
from production.generation.files import unpack

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from typing import Protocol

    from contracts.contract import Contract
    from contracts.ports import Model
    from production.generation.description import Candidate
    from production.generation.guarded import GuardedModel
    from production.generation.probe import Probe

    class Opens(Protocol):
        """The part of an artifact store that loading needs."""

        def open(self, digest: str) -> Path:
            """Return the verified folder of an artifact."""


class Loader:
    """Loads the generations of one product, each once.

    Args:
        artifacts: The artifact store.
        kind: The class that reads a generation's model.
        contract: The contract that is deployed: every generation must be compatible with it.
        probe: Loads each generation in another process first; none only where every one was packed
            by this very process.

    Attributes:
        packed: What this process packed last, see `trust`, unless it was loaded since.
    """

    def __init__(
        self,
        *,
        artifacts: Opens,
        kind: type[Model],
        contract: Contract,
        probe: Probe | None = None,
    ) -> None:
        self._artifacts, self._kind, self._contract = artifacts, kind, contract
        self._probe = probe
        self._models: dict[Candidate, Model] = {}
        self.packed: tuple[str, GuardedModel] | None = None

    def trust(self, digest: str, model: GuardedModel) -> None:
        """Take an artifact as sound: this process packed it, and read it back, itself.

        Its files are still verified when it is loaded: while they are those that were read back,
        so is the model. The last one is kept until then.

        Args:
            digest: The artifact's digest.
            model: The model as it was read back, checked against its golden set.
        """
        self.packed = digest, model
        if self._probe is not None:
            self._probe.trust(digest)

    def load(self, candidate: Candidate) -> Model:
        """Return a generation's model, verified and checked against its own golden set.

        Raises:
            IncompatibleError: It is of another product, of another major version of the contract,
                or was written for another class, and this one cannot read it.
            IntegrityError: It is broken, or fulfils another version than the candidate states.
            StateError: The store has no such artifact.
        """
        model = self._models.get(candidate)
        if model is None:
            model = self._models[candidate] = self._read(candidate)
        return model

    def loaded(self, candidate: Candidate) -> Model | None:
        """Return a generation's model if it is loaded already."""
        return self._models.get(candidate)

    def named(self, candidate: Candidate) -> Candidate:
        """Return the candidate with its contract's version, read from its artifact if missing.

        Raises:
            IntegrityError: The artifact is broken.
            StateError: The store has no such artifact.
        """
        if candidate.contract:
            return candidate
        folder = self._artifacts.open(candidate.artifact)
        return replace(candidate, contract=describe(folder).contract)

    def retain(self, candidates: Collection[Candidate]) -> None:
        """Forget the models of all other candidates; they are loaded again when needed."""
        self._models = {each: model for each, model in self._models.items() if each in candidates}

    def _read(self, candidate: Candidate) -> Model:
        folder = self._artifacts.open(candidate.artifact)
        name = candidate.name
        description = describe(folder, name=name)
        check_compatible(name, description, self._contract)
        if candidate.contract not in {"", description.contract}:
            raise IntegrityError(
                f"{name}: offered as fulfilling contract {candidate.contract}, its artifact states "
                f"{description.contract}",
                hint="promote the generation that the registry names",
            )
        if self.packed is not None and self.packed[0] == candidate.artifact:
            _, model = self.packed
            self.packed = None
            return model.named(name)
        with read_by(self._kind, description, name=name):
            if self._probe is not None:
                self._probe.check(candidate.artifact, folder, inputs=description.inputs, name=name)
            return unpack(folder, self._kind, self._contract, name=name)
