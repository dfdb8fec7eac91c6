"""Whether a version may take its place among those published: each bump says what it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract import published, versions
from contracts.errors import ContractError
from contracts.publication.change.bump import bump, needed, next_version, raised, suffices
from contracts.publication.change.change import Change
from contracts.publication.change.compare import changes
from contracts.publication.change.table import verdict
from contracts.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract.terms import Specification


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From one version to the next.

    Attributes:
        old: The lower version.
        new: The higher one.
        changes: What changed.
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def allowed(self) -> bool:
        """Whether the versions differ by at least what the changes need."""
        return suffices(bump(self.old, self.new), needed(self.changes))


def neighbours(found: tuple[str, ...], version: str) -> tuple[str | None, str | None]:
    """Return the next lower and the next higher of some versions, none where there is none.

    >>> neighbours(("1.0.0", "1.2.0", "2.0.0"), "1.1.0")
    ('1.0.0', '1.2.0')
    """
    at = Version.parse(version)
    lower = [each for each in found if Version.parse(each) < at]
    higher = [each for each in found if Version.parse(each) > at]
    return (lower[-1] if lower else None), (higher[0] if higher else None)


def steps(root: Path, new: Specification) -> tuple[Step, ...]:
    """Return the steps to a version from the one before it, and from it to the one after.

    Raises:
        ContractError: A neighbour is not as it was published.
    """
    before, after = neighbours(versions(root, new.product), new.version)
    found = []
    if before is not None:
        changed = changes(published(root, new.product, before), new)
        found.append(Step(old=before, new=new.version, changes=changed))
    if after is not None:
        changed = changes(new, published(root, new.product, after))
        found.append(Step(old=new.version, new=after, changes=changed))
    return tuple(found)


def require_order(root: Path, new: Specification) -> tuple[Step, ...]:
    """Return the steps to a version and from it.

    A version between two that are published must fit both: what was said of the later one, that it
    breaks nobody, was said of all before it.

    Args:
        root: The folder of all published contracts.
        new: What is to be published.

    Raises:
        ContractError: One of the steps is smaller than what changed needs.
    """
    taken = steps(root, new)
    for step in taken:
        if not step.allowed:
            raise too_small(root, new, step)
    return taken


def proposal(root: Path, new: Specification, step: Step) -> str:
    """Return the version to give instead: the lowest that says what changed and is not taken."""
    found = versions(root, new.product)
    wanted = next_version(step.old, step.changes)
    fits = wanted not in found and neighbours(found, wanted)[1] == neighbours(found, step.new)[1]
    if fits and step.new == new.version:
        return wanted
    newest = found[-1]
    changed = changes(published(root, new.product, newest), new)
    return next_version(newest, changed) if changed else raised(newest, "patch")


def too_small(root: Path, new: Specification, step: Step) -> ContractError:
    """Return the refusal of a version whose step is smaller than what changed needs."""
    given, said = bump(step.old, step.new), verdict(step.changes)
    if step.new == new.version:
        text = f"{new.version} is a {given} version after {step.old}, but the change is {said}"
    else:
        text = (
            f"{step.new} is published, a {given} version after {new.version}, "
            f"but the change between them is {said}"
        )
    version = proposal(root, new, step)
    return ContractError(
        f"{new.product} {text}",
        hint=f"set product.contract to {version}, then specify and publish",
        details=[str(each) for each in step.changes],
    )
