"""Semantic versions: of a contract, and of a release.

Source: https://semver.org, without pre-releases, which an immutable contract does not need.
"""

from __future__ import annotations

import re
from typing import Literal, Self

import msgspec

from contracts.errors import ContractError

FORM = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


class Version(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A version: a higher major number breaks consumers, minor and patch do not.

    >>> Version.parse("1.10.0") > Version.parse("1.9.3")
    True
    >>> str(Version.parse("1.10.0"))
    '1.10.0'
    """

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the version that a text such as ``1.0.0`` names.

        Raises:
            ContractError: The text is no such version.
        """
        match = FORM.fullmatch(text)
        if match is None:
            raise ContractError(
                f"expected a version, got {text!r}", hint="major.minor.patch, for example 1.0.0"
            )
        major, minor, patch = (int(part) for part in match.groups())
        return cls(major=major, minor=minor, patch=patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def compatibility(fulfilled: str, required: str) -> Literal["equal", "newer", "older", "other"]:
    """Return how a version that is fulfilled relates to the version that is required.

    Every later version of the same major version keeps what an earlier one promised: that is what
    the major version is for. An earlier one may serve as a rollback, and promises less.

    Args:
        fulfilled: The version that is fulfilled.
        required: The version that is required.

    Returns:
        ``other`` where the major versions differ; else whether ``fulfilled`` is equal to, newer or
        older than ``required``.

    Raises:
        ContractError: A text is no version.

    >>> compatibility("1.2.0", "1.1.0"), compatibility("1.0.0", "1.1.0")
    ('newer', 'older')
    >>> compatibility("2.0.0", "1.1.0")
    'other'
    """
    one, other = Version.parse(fulfilled), Version.parse(required)
    if one.major != other.major:
        return "other"
    if one == other:
        return "equal"
    return "newer" if one > other else "older"
