"""Checks a version against the published ones: whether its bump is big enough for the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract import published, versions
from contracts.errors import ContractError
from contracts.publication.change.bump import bump, needed, next_version, raised, suffices, verdict
from contracts.publication.change.change import Change
from contracts.publication.change.compare import changes
from contracts.version import Version

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract.terms import Specification


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """From one version to the next one above it.

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


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """How what the code would publish differs from what is published.

    Attributes:
        version: The version that the code names.
        against: The version it was compared with; empty if none is published up to it.
        changes: What changed since that one.
        refusal: Why it may not be published so: its version is published with other content, or is
            too small a bump.
    """

    version: str
    against: str = ""
    changes: tuple[Change, ...] = ()
    refusal: ContractError | None = None

    @property
    def summary(self) -> str:
        """The result in a line."""
        if not self.against:
            return f"{self.version} is not published yet, and nothing before it is"
        if self.version != self.against:
            change = verdict(self.changes)
            return f"{self.version} is not published yet; to {self.against} it is {change}"
        if self.refusal is None:
            return f"{self.version} is published, and is what the code would publish"
        return f"{self.version} is published, and the code would publish another"


def drift(root: Path, specification: Specification) -> Drift:
    """Return how a specification differs from the published versions of its contract.

    Raises:
        ContractError: A version that it is compared with is not as it was published.
    """
    product, version = specification.product, specification.version
    if version in versions(root, product):
        changed = changes(published(root, product, version), specification)
        same = Upgrade(old=version, new=version, changes=changed)
        refusal = _other_content(root, specification, same) if changed else None
        return Drift(version=version, against=version, changes=changed, refusal=refusal)
    around = upgrades(root, specification)
    before = next((each for each in around if each.new == version), None)
    small = next((each for each in around if not each.allowed), None)
    return Drift(
        version=version,
        against=before.old if before else "",
        changes=before.changes if before else (),
        refusal=_too_small(root, specification, small) if small else None,
    )


def check_order(root: Path, new: Specification) -> tuple[Upgrade, ...]:
    """Return the upgrades to a version and from it, after checking that each bump is big enough.

    A version between two published ones has to fit both: a later minor version promises that it
    breaks no consumer of an earlier one.

    Args:
        root: The folder of all published contracts.
        new: What is to be published.

    Raises:
        ContractError: One of the bumps is smaller than what changed needs.
    """
    around = upgrades(root, new)
    for upgrade in around:
        if not upgrade.allowed:
            raise _too_small(root, new, upgrade)
    return around


def upgrades(root: Path, new: Specification) -> tuple[Upgrade, ...]:
    """Return the upgrade to a version from the one before it, and from it to the one after.

    Raises:
        ContractError: A neighbour is not as it was published.
    """
    before, after = neighbours(versions(root, new.product), new.version)
    around = []
    if before is not None:
        changed = changes(published(root, new.product, before), new)
        around.append(Upgrade(old=before, new=new.version, changes=changed))
    if after is not None:
        changed = changes(new, published(root, new.product, after))
        around.append(Upgrade(old=new.version, new=after, changes=changed))
    return tuple(around)


def neighbours(existing: tuple[str, ...], version: str) -> tuple[str | None, str | None]:
    """Return the next lower and the next higher of some versions, None where there is none.

    >>> neighbours(("1.0.0", "1.2.0", "2.0.0"), "1.1.0")
    ('1.0.0', '1.2.0')
    """
    at = Version.parse(version)
    lower = [each for each in existing if Version.parse(each) < at]
    higher = [each for each in existing if Version.parse(each) > at]
    return (lower[-1] if lower else None), (higher[0] if higher else None)


def proposal(root: Path, new: Specification, upgrade: Upgrade) -> str:
    """Return the version to take instead: the lowest that fits the changes and is still free."""
    existing = versions(root, new.product)
    version = next_version(upgrade.old, upgrade.changes)
    free = version not in existing
    fits = free and neighbours(existing, version)[1] == neighbours(existing, upgrade.new)[1]
    if fits and upgrade.new == new.version:
        return version
    newest = existing[-1]
    changed = changes(published(root, new.product, newest), new)
    return next_version(newest, changed) if changed else raised(newest, "patch")


def _other_content(root: Path, new: Specification, upgrade: Upgrade) -> ContractError:
    what, version = verdict(upgrade.changes), proposal(root, new, upgrade)
    return ContractError(
        f"{new.product} {new.version} is published, and the code would publish another: {what}",
        hint=f"set product.contract to {version}, then specify and publish; "
        "or take the change back",
        details=[str(each) for each in upgrade.changes],
    )


def _too_small(root: Path, new: Specification, upgrade: Upgrade) -> ContractError:
    """Return the error about an upgrade whose bump is smaller than what changed needs."""
    given, what = bump(upgrade.old, upgrade.new), verdict(upgrade.changes)
    if upgrade.new == new.version:
        text = f"{new.version} is a {given} version after {upgrade.old}, but the change is {what}"
    else:
        text = (
            f"{upgrade.new} is published, a {given} version after {new.version}, "
            f"but the change between them is {what}"
        )
    return ContractError(
        f"{new.product} {text}",
        hint=f"set product.contract to {proposal(root, new, upgrade)}, then specify and publish",
        details=[str(each) for each in upgrade.changes],
    )
