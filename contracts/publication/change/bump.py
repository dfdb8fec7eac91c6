"""The smallest version bump that changes need, and bumps between versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ContractError
from contracts.publication.change.rules import BUMPS, Bump
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.publication.change.change import Change


def needed(changes: Iterable[Change]) -> Bump:
    """Return the greatest bump that any of the changes needs, ``none`` without changes."""
    return max((each.rule.bump for each in changes), key=BUMPS.index, default="none")


def verdict(changes: Sequence[Change]) -> str:
    """Return in words which bump changes need, and who breaks."""
    bump = needed(changes)
    if bump == "none":
        return "nothing changed"
    consumer = any(each.rule.consumer for each in changes)
    implementer = any(each.rule.implementer for each in changes)
    if consumer and implementer:
        return f"{bump}: consumer and implementer break"
    if not consumer and not implementer:
        return f"{bump}: neither side breaks"
    return f"{bump}: the {'consumer' if consumer else 'implementer'} breaks"


def next_version(old: str, changes: Iterable[Change]) -> str:
    """Return the lowest version for these changes; the old one if there are none.

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
    after = {
        "major": (major + 1, 0, 0),
        "minor": (major, minor + 1, 0),
        "patch": (major, minor, patch + 1),
        "none": (major, minor, patch),
    }
    return ".".join(map(str, after[bump]))


def bump(old: str, new: str) -> Bump:
    """Return the bump from one version to another.

    Raises:
        ContractError: The other is lower.

    >>> bump("1.4.2", "1.6.0")
    'minor'
    """
    before, after = Version.parse(old), Version.parse(new)
    if after < before:
        raise ContractError(f"expected a version from {old} on, got {new}")
    if after.major > before.major:
        return "major"
    if after.minor > before.minor:
        return "minor"
    return "patch" if after > before else "none"


def suffices(given: Bump, least: Bump) -> bool:
    """Return whether a bump is at least another.

    >>> suffices("major", "minor")
    True
    """
    return BUMPS.index(given) >= BUMPS.index(least)
