"""Names: which texts are one, wherever a name enters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.config import compose, settings
from contracts.config.product import Product
from contracts.contract import document, lookup
from contracts.errors import ConfigError, ContractError
from contracts.name import RULE, Name, check_name
from production.generation.description import Candidate, Description
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract.terms import Terms

#: Texts that would leave a folder, end or hide in a line, or be another's name to some systems.
NO_NAMES = {
    "empty": "",
    "outside": "../../escaped",
    "folder above": "..",
    "folder": ".",
    "hidden": ".git",
    "absolute": "/tmp",  # noqa: S108 - a name, not a file
    "separator": "a\\b",
    "NUL": "a\x00b",
    "newline inside": "a\nb",
    "newline at the end": "flights\n",
    "space": "a b",
    "upper case": "Flights",
    "right to left": "a\u202eb",
    "other digits": "\u0661",
    "other letters": "flüge",
    "option": "-rf",
    "too long": "a" * 65,
}
NAMES = ["flights", "a", "0", "a-b_c.d", "1.0.0", "a..b", "a" * 64]

each_no_name = pytest.mark.parametrize("text", NO_NAMES.values(), ids=NO_NAMES)


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_lower_case_and_short(text: str) -> None:
    """Lower case letters, digits, dots, underscores and dashes make a name."""
    check_name("a product", text)
    assert msgspec.convert(text, Name) == text


@each_no_name
def test_another_text_is_no_name(text: str) -> None:
    """Anything else is refused, in words that say whose name it is and what a name is."""
    with pytest.raises(ContractError, match="a product: expected a name") as refusal:
        check_name("a product", text)
    assert refusal.value.hint == RULE
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Name)


@each_no_name
def test_a_configuration_refuses_it(text: str) -> None:
    """The error of a product's configuration names the key and the rule."""
    composed = compose("contracts", ["product=flights"])
    composed.product.name = text
    with pytest.raises(ConfigError, match=r"^name: ") as refusal:
        settings(composed.product, Product)
    assert refusal.value.hint == RULE


@each_no_name
def test_a_contract_refuses_it(terms: Callable[..., Terms], text: str) -> None:
    """The error of a contract names the file, the term and the rule."""
    written = document.write(msgspec.structs.replace(terms(), product=text))
    with pytest.raises(ContractError, match=r"contract\.yaml: .*\$\.product") as refusal:
        document.read(written)
    assert refusal.value.hint == RULE


@each_no_name
def test_no_folder_is_searched_for_it(tmp_path: Path, text: str) -> None:
    """A contract is looked up by names alone: neither product nor version leads out of the root."""
    for product, version in ((text, "1.0.0"), ("flights", text)):
        with pytest.raises(ContractError, match="expected a name"):
            lookup.published(tmp_path, product, version)
    with pytest.raises(ContractError, match="expected a name"):
        lookup.versions(tmp_path, text)


@pytest.mark.parametrize(
    ("kind", "valid", "field"),
    [
        (Candidate, {"release": "1.0.0", "generation": 1, "artifact": "f"}, "release"),
        (Description, {"product": "toy", "contract": "1.0.0", "inputs": ["x"], "k": 1}, "product"),
        (
            Manifest,
            {
                "product": "toy",
                "contract": "1.0.0",
                "arms": {"champion": {"release": "1.0.0", "generation": 1, "artifact": "f"}},
                "selector": "single",
                "salt": "s",
            },
            "product",
        ),
    ],
)
def test_a_stored_document_refuses_it(kind: type, valid: dict[str, Any], field: str) -> None:
    """What production reads of generations and manifests carries names alone."""
    msgspec.convert(valid, kind)
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(valid | {field: "../x"}, kind)
