"""Which version a contract must have at least, from what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ContractError
from contracts.publication.change.rule import BUMPS, Bump
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.publication.change.change import Change


def needed(changes: Iterable[Change]) -> Bump:
    """Return the greatest bump that any of the changes needs, ``none`` without changes."""
    return max((each.rule.bump for each in changes), key=BUMPS.index, default="none")


def next_version(old: str, changes: Iterable[Change]) -> str:
    """Return the lowest version that says these changes; the old one where there are none.

    Nothing is special before 1.0.0: a contract that may break at any time promises nothing.
    """
    return raised(old, needed(changes))


def raised(old: str, bump: Bump) -> str:
    """Return a version after a bump.

    >>> raised("1.4.2", "minor")
    '1.5.0'
    """
    version = Version.parse(old)
    major, minor, patch = version.major, version.minor, version.patch
    match bump:
        case "major":
            major, minor, patch = major + 1, 0, 0
        case "minor":
            minor, patch = minor + 1, 0
        case "patch":
            patch += 1
        case _:
            pass
    return str(Version(major=major, minor=minor, patch=patch))


def bump(old: str, new: str) -> Bump:
    """Return the bump from one version to another.

    Raises:
        ContractError: The other is lower.

    >>> bump("1.4.2", "1.6.0")
    'minor'
    """
    was, now = Version.parse(old), Version.parse(new)
    if now < was:
        raise ContractError(f"expected a version from {old} on, got {new}")
    if now.major > was.major:
        return "major"
    if now.minor > was.minor:
        return "minor"
    return "patch" if now > was else "none"


def suffices(given: Bump, wanted: Bump) -> bool:
    """Return whether a bump is at least another.

    >>> suffices("major", "minor")
    True
    """
    return BUMPS.index(given) >= BUMPS.index(wanted)
