"""The manifest of a deployment: a product's arms, and the selector that shares the traffic."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.errors import StateError
from contracts.name import Name
from production.generation.description import Candidate, Stamp, check_major
from production.selectors.port import CHAMPION, Choice

#: The format of a manifest that this code writes, and the newest it reads. In format 1 candidates
#: did not state which version of the contract they fulfil: all fulfilled the manifest's. Until
#: format 2 there were candidates instead of arms, and the selector's options were not stated.
FORMAT = 3


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """The segments of requests that a selector names.

    Attributes:
        column: The input column by which it tells requests apart.
        texts: The texts in it that name a segment.
    """

    column: str
    texts: frozenset[str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a manifest; the inventory adds its revision.

    Attributes:
        format: The format of this document.
        product: The product it serves.
        contract: The version of the contract that consumers are promised.
        arms: The generation that serves now for each arm, the champion first, then by name.
        selector: The selector's option name.
        component: The selector as it was configured; empty in older documents.
        began: When the experiment began: since then selector and names of arms are the same,
            microseconds.
        salt: The salt of the draw: the experiment's, so that a key stays with its arm while
            refreshes publish new revisions, and two experiments draw independently.
    """

    format: int = FORMAT
    product: Name
    contract: str
    arms: Mapping[Name, Candidate]
    selector: str
    component: Mapping[str, Any] = {}
    began: int = 0
    salt: str

    @property
    def champion(self) -> Candidate:
        """The generation that the arm ``champion`` serves with."""
        return self.arms[CHAMPION]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The generations on offer, each once, the champion first."""
        return tuple(dict.fromkeys(self.arms.values()))

    @property
    def experiment(self) -> str:
        """The digest of the selector and the names of the arms: equal for the same experiment."""
        text = msgspec.json.encode(
            (self.selector, self.component, sorted(self.arms)), order="sorted"
        )
        return blake2b(text, digest_size=12).hexdigest()

    @property
    def segments(self) -> Segments | None:
        """The segments that the selector, or one inside it, has arms for; none without a column."""
        component: Any = self.component
        while component:
            column, arms = component.get("column"), component.get("arms")
            if column and isinstance(arms, Mapping):
                return Segments(column=column, texts=frozenset(arms))
            component = component.get("selector")
        return None

    def choice(self) -> Choice:
        """Return what a selector chooses among."""
        return Choice(arms=self.arms, began=self.began)

    def check(self) -> None:
        """Check each generation's major version, and that there is a champion.

        Raises:
            IncompatibleError: A generation fulfils another major version of the contract.
            StateError: There is no champion.
        """
        for each in self.arms.values():
            check_major(f"{self.product} {each.name}", each.contract, self.contract)
        if CHAMPION not in self.arms:
            raise StateError(
                f"{self.product}'s manifest: it has no arm {CHAMPION!r}, only "
                f"{', '.join(self.arms) or 'none'}",
                hint="promote a generation: that publishes a manifest that offers it",
            )


class _WithCandidates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A manifest of format 1 or 2."""

    format: int = 1
    product: Name
    contract: str
    candidates: tuple[Candidate, ...]
    champion: Candidate
    selector: str
    salt: str


def ordered(arms: Mapping[str, Candidate]) -> dict[str, Candidate]:
    """Return arms in a manifest's order: the champion first, then by name."""
    return {name: arms[name] for name in sorted(arms, key=lambda name: (name != CHAMPION, name))}


def read(document: Any) -> Manifest:
    """Read a stored manifest of this format or an older one.

    Raises:
        StateError: The document is malformed, or of a newer format.
    """
    try:
        number = msgspec.convert(document, Stamp).format
        if number > FORMAT:
            raise StateError(
                f"a manifest of format {number}, this code reads up to {FORMAT}",
                hint="install the version of liaison-lifecycle that wrote it, or a newer one",
            )
        if number == FORMAT:
            manifest = msgspec.convert(document, Manifest)
            return replace(manifest, arms=ordered(manifest.arms))
        return _from_candidates(msgspec.convert(document, _WithCandidates))
    except msgspec.ValidationError as error:
        raise StateError(f"not a manifest: {error}") from error


def _from_candidates(manifest: _WithCandidates) -> Manifest:
    """Return a manifest of an older format in today's: each other candidate is an arm of its own.

    Raises:
        StateError: The champion was not a candidate.
    """
    if manifest.champion not in manifest.candidates:
        raise StateError(
            f"{manifest.product}'s manifest: its champion {manifest.champion.name} is not one of "
            f"its {len(manifest.candidates)} candidates",
            hint="promote a generation: that publishes a manifest that offers it",
        )
    arms = {
        CHAMPION if each == manifest.champion else f"{each.release}-{each.generation}": each
        for each in manifest.candidates
    }
    if manifest.format == 1:
        arms = {name: replace(each, contract=manifest.contract) for name, each in arms.items()}
    return Manifest(
        product=manifest.product,
        contract=manifest.contract,
        arms=ordered(arms),
        selector=manifest.selector,
        salt=manifest.salt,
    )
