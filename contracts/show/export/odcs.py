"""A contract as a document of the Open Data Contract Standard, for catalogues and their tools.

Source: https://bitol-io.github.io/open-data-contract-standard, version 3. What the standard does
not cover (metrics, clauses, how the model was learned) becomes quality rules of the engine
``liaison`` and custom properties, so that nothing of the contract is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.show.export import json_schema

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.terms import MetricTerm
    from contracts.schema.check import Check
    from contracts.schema.columns import Column, Columns

VERSION = "v3.2.0"
ENGINE = "liaison"
TYPES = json_schema.TYPES | {"datetime": "timestamp"}
PHYSICAL = {
    "int": "int64",
    "float": "float64",
    "bool": "bool",
    "str": "utf8",
    "category": "utf8",
    "datetime": "timestamp[us, UTC]",
}
#: The checks whose keywords the standard has from JSON Schema.
OPTIONS = ("ge", "gt", "le", "lt", "str_length", "str_matches")
FORMATS: dict[str, dict[str, Any]] = {
    "int": {"format": "i64"},
    "float": {"format": "f64"},
    "datetime": {"timezone": True},
}


def odcs(contract: Contract) -> dict[str, Any]:
    """Return the document of one version of a contract."""
    origin = contract.provenance
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": contract.product,
        "name": contract.product,
        "version": contract.version,
        "status": "active" if origin.published_from else "draft",
        "dataProduct": contract.product,
        "description": {
            "purpose": _purpose(contract),
            "usage": "One record of `input` gives one record of `prediction`.",
        },
        "schema": [
            _object("input", contract.input_columns, "What a prediction is requested for."),
            _prediction(contract),
        ],
        "contractCreatedTs": origin.created,
        "customProperties": [
            {"property": "digest", "value": contract.digest},
            {"property": "labels", "value": [str(label) for label in contract.labels]},
            {"property": "clauses", "value": msgspec.to_builtins(contract.clauses)},
            {"property": "learning", "value": msgspec.to_builtins(contract.learning)},
        ],
    }


def _prediction(contract: Contract) -> dict[str, Any]:
    described = _object("prediction", contract.output_columns, "What is predicted.")
    metrics = [_quality(term) for term in contract.metrics]
    return described | {"quality": [*described.get("quality", ()), *metrics]}


def _purpose(contract: Contract) -> str:
    labels = f", out of {', '.join(map(str, contract.labels))}" if contract.labels else ""
    return f"Predictions of {contract.product}: {contract.kind}{labels}."


def _object(name: str, columns: Columns, description: str) -> dict[str, Any]:
    between_columns = [_text(check) for check in columns.row_checks]
    return {
        "name": name,
        "logicalType": "object",
        "description": description,
        "properties": [_property(column) for column in columns],
        **({"quality": between_columns} if between_columns else {}),
    }


def _property(column: Column) -> dict[str, Any]:
    options: dict[str, Any] = {**FORMATS.get(column.kind, {})}
    left = []
    for check in column.checks:
        if check.name in OPTIONS:
            options |= json_schema.KEYWORDS[check.name](check.args)
        elif check.name != "isin":
            left.append(_text(check))
    return {
        "name": column.name,
        "logicalType": TYPES[column.kind],
        "physicalType": PHYSICAL[column.kind],
        "required": not column.nullable,
        **({"description": column.description} if column.description else {}),
        **({"logicalTypeOptions": options} if options else {}),
        **({"enum": [{"value": value} for value in column.values]} if column.values else {}),
        **({"quality": left} if left else {}),
    }


def _text(check: Check) -> dict[str, Any]:
    """Return a check that the standard cannot express, as text."""
    return {"type": "text", "description": str(check)}


def _quality(term: MetricTerm) -> dict[str, Any]:
    bound = "at most" if term.direction == "lower" else "at least"
    return {
        "type": "custom",
        "engine": ENGINE,
        "name": term.name,
        "dimension": "accuracy",
        "description": f"{term.name} {bound} {term.threshold:g} on the contract's own test window",
        "implementation": msgspec.to_builtins(term),
    }
