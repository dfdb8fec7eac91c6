"""Which generations are compatible with a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.errors import IncompatibleError, IntegrityError
from production.generation.description import FILE, LARGEST, Description, check_compatible, describe

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize(
    "content",
    [
        b'{"x":' + b"[" * 100_000,
        msgspec.json.encode(STATED | {"inputs": ["x" * LARGEST]}),
        msgspec.json.encode(STATED | {"k": 0}),
        msgspec.json.encode(STATED | {"inputs": ["colour", "colour"]}),
        b"\xff\xfe",
        b"",
    ],
)
def test_a_description_of_any_bytes_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    """Too deep, too long, or of values that no generation has."""
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IntegrityError, match=r"^1\.0\.0/7: "):
        describe(tmp_path, name="1.0.0/7")
