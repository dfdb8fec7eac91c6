"""What a generation may say of itself and still stand for a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import IncompatibleError
from production.generation.description import Description, check_compatible

if TYPE_CHECKING:
    from contracts.contract import Contract

SAID: dict[str, Any] = {
    "product": "toy",
    "contract": "1.0.0",
    "inputs": ("colour", "size"),
    "k": 1,
}


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ({"inputs": ("colour",)}, "it does not take size"),
        (
            {"inputs": ("colour", "size", "shape")},
            "it takes shape, which the contract does not give",
        ),
        ({"k": 2}, "it predicts 2 columns, expected 1"),
    ],
)
def test_other_columns_are_refused_whatever_version_is_named(
    contract: Contract, said: dict[str, Any], finding: str
) -> None:
    """A column that came or went is another major version: what says otherwise is mistaken."""
    with pytest.raises(IncompatibleError) as refusal:
        check_compatible("a generation", Description(**SAID | said), contract)
    assert refusal.value.message.endswith(finding)
    assert refusal.value.hint == "train a generation of 1.0.0"


def test_columns_in_another_order_are_the_same_columns(contract: Contract) -> None:
    """Rows name their fields: a minor version may reorder them."""
    check_compatible("a generation", Description(**SAID | {"inputs": ("size", "colour")}), contract)
