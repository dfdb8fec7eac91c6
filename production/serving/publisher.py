"""Publishes manifests: an arm gets another generation or is retired, the selector changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from contracts.errors import ConflictError
from contracts.version import compatibility
from production.selectors.port import CHAMPION
from production.serving.manifest import Manifest, ordered, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.database.database import Database
    from production.generation.description import Candidate
    from production.registry.aliases import Aliases
    from production.registry.manifests import Inventoried, Manifests


#: How many arms a manifest may have: each process loads the generations of all of them.
MOST_ARMS = 1_000


class Publisher:
    """Publishes the manifests of one product.

    The selector of the first manifest is the configured one; later ones keep it until `select`.

    Args:
        product: The product.
        contract: The version of the contract that is served.
        selector: The selector's configuration: its option's name, and its component.
        aliases: Where the arms point.
        manifests: The inventory of manifests.
        database: The database of alias and manifest.
        seed: What dispatch between arms is drawn by.
    """

    def __init__(
        self,
        *,
        product: str,
        contract: str,
        selector: Mapping[str, Any],
        aliases: Aliases,
        manifests: Manifests,
        database: Database,
        seed: int = 0,
    ) -> None:
        self._product, self._contract = product, contract
        self._selector, self._component = _parts(selector)
        self._aliases, self._manifests, self._database = aliases, manifests, database
        self._seed = seed

    def publish(self, candidate: Candidate, moment: int, *, arm: str = CHAMPION) -> Inventoried:
        """Point an arm to a generation, and publish a manifest with it.

        Raises:
            ConflictError: Someone else published meanwhile, or there are too many arms; nothing is
                written.
            ContractError: The arm's name is none.
            IncompatibleError: The candidate fulfils another major version of the contract.
            StateError: The candidate's generation is not registered.
        """
        with self._database.transaction():
            alias = self._aliases.current(self._product, arm)
            self._aliases.point(
                self._product,
                arm,
                release=candidate.release,
                generation=candidate.generation,
                revision=alias.revision if alias else 0,
            )
            newest = self._manifests.current(self._product)
            before = read(newest.document) if newest else self._first(candidate)
            arms = {**self._compatible(before), arm: candidate}
            if len(arms) > MOST_ARMS:
                raise ConflictError(
                    f"{self._product} has {MOST_ARMS} arms, the most there may be",
                    hint="retire one: python -m production task=retire task.options.arm=NAME",
                )
            return self._next(replace(before, arms=arms), newest, moment)

    @property
    def configured(self) -> dict[str, Any]:
        """The configured selector: its option's name, and its component."""
        return {"name": self._selector, **self._component}

    def select(self, moment: int, selector: Mapping[str, Any]) -> Inventoried:
        """Publish a manifest with another selector: an experiment begins.

        Args:
            moment: The current time, microseconds.
            selector: The selector's configuration: its name, and its component.

        Raises:
            ConflictError: Someone else published meanwhile, or the selector is this one already.
            StateError: Nothing is in service.
        """
        with self._database.transaction():
            newest, before = self._current()
            name, component = _parts(selector)
            manifest = replace(before, selector=name, component=component)
            if manifest.experiment == before.experiment:
                raise ConflictError(f"{self._product}'s selector is {name} already")
            return self._next(manifest, newest, moment)

    def retire(self, arm: str, moment: int) -> Inventoried:
        """Publish a manifest without an arm.

        Raises:
            ConflictError: Someone else published meanwhile, or it is the champion; nothing is
                written.
            StateError: Nothing is in service.
            UnknownNameError: There is no such arm.
        """
        with self._database.transaction():
            newest, before = self._current()
            before.choice().require(arm)
            if arm == CHAMPION:
                raise ConflictError(
                    f"{self._product}'s arm {CHAMPION!r} cannot be retired",
                    hint="promote or roll back to another generation",
                )
            arms = {name: each for name, each in before.arms.items() if name != arm}
            return self._next(replace(before, arms=arms), newest, moment)

    def _current(self) -> tuple[Inventoried, Manifest]:
        newest = self._manifests.require(self._product)
        return newest, read(newest.document)

    def _first(self, candidate: Candidate) -> Manifest:
        return Manifest(
            product=self._product,
            contract=self._contract,
            arms={CHAMPION: candidate},
            selector=self._selector,
            component=self._component,
            salt="",
        )

    def _next(self, manifest: Manifest, newest: Inventoried | None, moment: int) -> Inventoried:
        """Publish a manifest; the salt stays as long as the experiment does."""
        revision = newest.revision if newest else 0
        manifest = replace(manifest, contract=self._contract, arms=ordered(manifest.arms))
        same = newest is not None and read(newest.document).experiment == manifest.experiment
        if not same:
            salt = f"{self._product}:{self._seed}:{revision + 1}:{manifest.experiment}"
            manifest = replace(manifest, began=moment, salt=salt)
        manifest.check()
        document = msgspec.to_builtins(manifest)
        return self._manifests.publish(self._product, document, revision=revision, moment=moment)

    def _compatible(self, before: Manifest) -> dict[str, Candidate]:
        """Return a manifest's arms of the same major version of the contract."""
        return {
            name: each
            for name, each in before.arms.items()
            if compatibility(each.contract, self._contract) != "other"
        }


def _parts(selector: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name of a selector's option, and its component."""
    return str(selector["name"]), {key: selector[key] for key in selector if key != "name"}
