"""The champion as a training sees it: the model that serves, and what it was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import StateError
from production.serving.manifest import read

if TYPE_CHECKING:
    from contracts.ports import Model
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.generations import Generation, Generations
    from production.registry.manifests import Manifests


class CurrentChampion:
    """The champion that a product's newest manifest names.

    Args:
        product: The product.
        manifests: The inventory of manifests.
        generations: The generations.
        loader: Loads generations.
    """

    def __init__(
        self, *, product: str, manifests: Manifests, generations: Generations, loader: Loader
    ) -> None:
        self._product, self._manifests = product, manifests
        self._generations, self._loader = generations, loader

    def model(self) -> Model | None:
        """Return its model, none before the first manifest."""
        candidate = self._candidate()
        return self._loader.load(candidate) if candidate else None

    def state(self, artifact: str) -> Model:
        """Return another state of the champion's line, read from an artifact of its own.

        Raises:
            IntegrityError: It is broken.
            StateError: Nothing serves, or the store has no such artifact.
        """
        candidate = self._candidate()
        if candidate is None:
            raise StateError(f"nothing of {self._product} serves")
        return self._loader.load(replace(candidate, artifact=artifact))

    def generation(self) -> Generation | None:
        """Return what is registered of it, none before the first manifest."""
        candidate = self._candidate()
        if candidate is None:
            return None
        return self._generations.find(self._product, candidate.release, candidate.generation)

    def _candidate(self) -> Candidate | None:
        newest = self._manifests.current(self._product)
        return read(newest.document).champion if newest else None
