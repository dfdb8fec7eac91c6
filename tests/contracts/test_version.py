"""Versions: their form and their order."""

from __future__ import annotations

import pytest

from contracts.errors import ContractError
from contracts.version import Version, compatibility


def test_versions_order_by_number() -> None:
    """Ten comes after nine, and the major part counts most."""
    texts = ["2.0.0", "1.9.0", "1.10.0", "1.9.9"]
    ordered = sorted(map(Version.parse, texts))
    assert [str(version) for version in ordered] == ["1.9.0", "1.9.9", "1.10.0", "2.0.0"]


@pytest.mark.parametrize(
    "text", ["1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.\u0661", ""]
)
def test_a_text_that_is_no_version_is_refused(text: str) -> None:
    """Anything but three plain numbers is refused with an example."""
    with pytest.raises(ContractError, match="for example"):
        Version.parse(text)


@pytest.mark.parametrize(
    ("fulfilled", "required", "expected"),
    [
        ("1.0.0", "1.0.0", "equal"),
        ("1.10.0", "1.9.3", "newer"),
        ("1.0.1", "1.0.0", "newer"),
        ("1.0.0", "1.0.1", "older"),
        ("2.0.0", "1.9.0", "other"),
        ("1.9.0", "2.0.0", "other"),
        ("0.1.0", "1.1.0", "other"),
    ],
)
def test_compatible_versions_have_the_same_major(
    fulfilled: str, required: str, expected: str
) -> None:
    """Within a major version one is newer, older or equal; numbers are compared as numbers."""
    assert compatibility(fulfilled, required) == expected


def test_compatibility_needs_two_versions() -> None:
    """A record without a version is refused."""
    with pytest.raises(ContractError, match="expected a version"):
        compatibility("", "1.0.0")
