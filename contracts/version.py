"""Semantic versions: of a contract, and of a release.

Source: https://semver.org, without pre-releases, which an immutable contract has no use for.
"""

from __future__ import annotations

import re
from typing import Self

import msgspec

from contracts.errors import ContractError

FORM = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


class Version(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A version whose parts say whom a change breaks.

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
