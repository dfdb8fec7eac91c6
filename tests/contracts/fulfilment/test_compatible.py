from __future__ import annotations

import pytest

from contracts.errors import ContractError
from contracts.fulfilment.compatible import fit


@pytest.mark.parametrize(
    ("found", "asked", "expected"),
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
def test_the_major_version_decides_and_the_rest_orders(
    found: str, asked: str, expected: str
) -> None:
    """Numbers are compared as numbers; across major versions nothing is."""
    assert fit(found, asked) == expected


def test_what_is_no_version_is_refused() -> None:
    """A record that names no version cannot pass for one that fits."""
    with pytest.raises(ContractError, match="expected a version"):
        fit("", "1.0.0")
