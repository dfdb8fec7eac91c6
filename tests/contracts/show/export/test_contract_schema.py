from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
import yaml

from contracts.contract import document
from contracts.errors import ContractError
from contracts.report.write import to_json
from contracts.show.export.contract_schema import FILE, contract_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract.terms import Terms

PUBLISHED = Path(__file__).parents[4] / "contracts" / "published"
CHECK = jsonschema.Draft202012Validator(
    contract_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_published_schema_is_made_from_the_code() -> None:
    """The file beside the published contracts has the bytes that the code makes."""
    assert (PUBLISHED / FILE).read_bytes() == to_json(contract_schema())


def test_it_is_valid_json_schema() -> None:
    """JSON Schema's own schema accepts it."""
    jsonschema.Draft202012Validator.check_schema(contract_schema())


@pytest.mark.parametrize(
    "path",
    sorted(PUBLISHED.glob("*/*/contract.yaml")),
    ids=lambda path: "-".join(path.parts[-3:-1]),
)
def test_every_published_contract_conforms(path: Path) -> None:
    """Every published contract is valid under the present schema."""
    CHECK.validate(yaml.safe_load(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "binary?"}, "kind"),
        ({"version": "1.0"}, "version"),
        ({"format": 99}, "format"),
        ({"metrics": [{"name": "log_loss"}]}, "metrics"),
        ({"unheard": 1}, ""),
    ],
)
def test_the_schema_refuses_what_the_code_refuses(
    terms: Callable[..., Terms], change: dict[str, Any], where: str
) -> None:
    """Both refuse a wrong value, a missing or an unknown field, and locate it."""
    plain = yaml.safe_load(document.write(terms())) | change
    error = jsonschema.exceptions.best_match(CHECK.iter_errors(plain))
    assert error is not None
    assert (list(error.absolute_path) or [""])[0] == where
    with pytest.raises(ContractError):
        document.read(yaml.safe_dump(plain))


def test_every_field_has_a_description() -> None:
    """The text of each attribute in a docstring becomes the description of its field."""
    terms = contract_schema()["$defs"]["Terms"]
    assert terms["description"] == "The terms of one version of one product's contract."
    silent = [name for name, each in terms["properties"].items() if not each.get("description")]
    assert silent == []
    assert msgspec.json.encode(terms)
