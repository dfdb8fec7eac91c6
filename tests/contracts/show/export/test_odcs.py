from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from contracts.contract import published
from contracts.report.write import to_json
from contracts.show.export.odcs import odcs

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

PUBLISHED = Path(__file__).parents[4] / "contracts" / "published"


def standard() -> Any:
    """Return the standard's own schema from its package."""
    schema = files("open_data_contract_standard").joinpath("schema.json").read_bytes()
    return msgspec.json.decode(schema)


def conform(contract: Contract) -> dict[str, Any]:
    """Return the exported document, validated against the standard's schema."""
    document: dict[str, Any] = msgspec.json.decode(to_json(odcs(contract)))
    jsonschema.Draft201909Validator(standard()).validate(document)
    return document


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_every_kind_conforms_to_the_standard(
    write: Callable[..., Contract], tmp_path: Path, kind: str
) -> None:
    """The standard's own schema accepts the export of each kind."""
    document = conform(write(tmp_path, kind))
    assert document["status"] == "draft"


def test_the_export_of_flights_is_complete() -> None:
    """Columns with their sets and bounds, metrics and clauses are all in the document."""
    contract = published(PUBLISHED, "flights", "1.0.0")
    document = conform(contract)
    asked, answered = document["schema"]
    assert [each["name"] for each in asked["properties"]] == [*contract.inputs]
    named = {each["name"]: each for each in asked["properties"]}
    assert [each["value"] for each in named["origin"]["enum"]] == ["EWR", "JFK", "LGA"]
    assert named["minute"]["logicalTypeOptions"] == {"format": "i64", "minimum": 0, "maximum": 1439}
    assert [each["name"] for each in answered["quality"]] == [m.name for m in contract.metrics]
    custom = {each["property"]: each["value"] for each in document["customProperties"]}
    assert [each["name"] for each in custom["clauses"]] == [c.name for c in contract.clauses]


def test_the_standards_own_reader_reads_it(write: Callable[..., Contract], tmp_path: Path) -> None:
    """A tool that uses the standard's model reads the contract's version and columns."""
    document = OpenDataContractStandard.model_validate(conform(write(tmp_path)))
    assert document.version == "1.0.0"
    assert document.schema_ is not None
    assert [each.name for each in document.schema_] == ["input", "prediction"]
