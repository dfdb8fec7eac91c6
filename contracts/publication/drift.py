"""Whether what is published is what the code would publish: its decided part, nothing fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract import published, versions
from contracts.errors import ContractError
from contracts.publication.change.change import Change
from contracts.publication.change.compare import changes
from contracts.publication.change.table import verdict
from contracts.publication.order import Step, proposal, steps, too_small

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract.terms import Specification


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where what the code would publish stands among what is published.

    Attributes:
        version: The version it has.
        against: The version it was compared with; empty where none is published before it.
        changes: What it changes to that.
        refusal: Why it may not stand there: its version is published and says something else, or
            is too small a bump.
    """

    version: str
    against: str = ""
    changes: tuple[Change, ...] = ()
    refusal: ContractError | None = None

    @property
    def words(self) -> str:
        """The finding, in a line."""
        if not self.against:
            return f"{self.version} is not published yet, and nothing before it is"
        if self.version != self.against:
            said = verdict(self.changes)
            return f"{self.version} is not published yet; to {self.against} it is {said}"
        if self.refusal is None:
            return f"{self.version} is published, and is what the code would publish"
        return f"{self.version} is published, and the code would publish another"


def standing(root: Path, specification: Specification) -> Standing:
    """Return where a specification stands among the published versions of its contract."""
    if specification.version in versions(root, specification.product):
        return _published(root, specification)
    taken = steps(root, specification)
    before = next((step for step in taken if step.new == specification.version), None)
    small = next((step for step in taken if not step.allowed), None)
    return Standing(
        version=specification.version,
        against=before.old if before else "",
        changes=before.changes if before else (),
        refusal=too_small(root, specification, small) if small else None,
    )


def _published(root: Path, specification: Specification) -> Standing:
    product, version = specification.product, specification.version
    changed = changes(published(root, product, version), specification)
    found = Standing(version=version, against=version, changes=changed)
    if not changed:
        return found
    step = Step(old=version, new=version, changes=changed)
    wanted = proposal(root, specification, step)
    refusal = ContractError(
        f"{product} {version} is published, and the code would publish another: {verdict(changed)}",
        hint=f"set product.contract to {wanted}, then specify and publish; or take the change back",
        details=[str(each) for each in changed],
    )
    return msgspec.structs.replace(found, refusal=refusal)
