"""Which generations are compatible with a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import IncompatibleError
from production.generation.description import Description, check_compatible

if TYPE_CHECKING:
    from contracts.contract import Contract

STATED: dict[str, Any] = {
    "product": "toy",
    "contract": "1.0.0",
    "inputs": ("colour", "size"),
    "k": 1,
}


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"inputs": ("colour",)}, "it does not take size"),
        (
            {"inputs": ("colour", "size", "shape")},
            "it takes shape, which the contract does not give",
        ),
        ({"k": 2}, "it predicts 2 columns, expected 1"),
    ],
)
def test_other_columns_are_refused_whatever_version_is_stated(
    contract: Contract, changes: dict[str, Any], difference: str
) -> None:
    """Adding or removing a column takes a major version, so the stated version is wrong."""
    with pytest.raises(IncompatibleError) as refusal:
        check_compatible("a generation", Description(**STATED | changes), contract)
    assert refusal.value.message.endswith(difference)
    assert refusal.value.hint == "train a generation of 1.0.0"


def test_columns_in_another_order_are_the_same_columns(contract: Contract) -> None:
    """A minor version may reorder the columns, since rows name their fields."""
    check_compatible(
        "a generation", Description(**STATED | {"inputs": ("size", "colour")}), contract
    )
