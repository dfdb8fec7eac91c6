"""The JSON Schema of `contract.yaml`, with which editors and other tools check one.

It is published as `contracts/published/contract.schema.json`, and made from the structs that read
`contract.yaml`.
"""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import Any

import msgspec

from contracts.contract.terms import FORMAT, INSTANTS, Terms
from contracts.show.export.json_schema import DRAFT
from contracts.version import FORM

FILE = "contract.schema.json"
INSTANT = {"type": "string", "format": "date-time"}
ATTRIBUTE = re.compile(r"^    (\w+): ((?:.|\n(?!    \w+: ))+)", re.MULTILINE)


def contract_schema() -> dict[str, Any]:
    """Return the JSON Schema of the terms as they are in the file: instants are ISO 8601."""
    (root,), components = msgspec.json.schema_components([Terms], ref_template="#/$defs/{name}")
    for name, schema in components.items():
        components[name] = _with_descriptions(schema)
    learning, metric = components["Learning"]["properties"], components["MetricTerm"]
    # A specification may leave these open, a contract states them.
    del learning["tuned"]
    del metric["properties"]["skill"]["default"]
    observed = metric["properties"]["observed"]
    metric["properties"]["observed"] = {
        "$ref": next(each["$ref"] for each in observed["anyOf"] if "$ref" in each),
        "description": observed["description"],
    }
    metric["required"] += ["skill", "observed"]
    for name in INSTANTS:
        learning[name] = INSTANT | {"description": learning[name]["description"]}
    terms = components["Terms"]["properties"]
    terms["version"]["pattern"] = f"^{FORM.pattern}$"
    terms["format"] |= {"minimum": 1, "maximum": FORMAT}
    return {
        "$schema": DRAFT,
        "title": f"The terms of a contract, format {FORMAT}",
        **root,
        "$defs": components,
    }


def _with_descriptions(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a struct's schema with each attribute's text of the docstring at its property."""
    text, _, attributes = cleandoc(schema.get("description", "")).partition("Attributes:")
    texts = {name: " ".join(words.split()) for name, words in ATTRIBUTE.findall(attributes)}
    properties = {
        name: each | ({"description": texts[name]} if name in texts else {})
        for name, each in schema["properties"].items()
    }
    return schema | {"description": " ".join(text.split()), "properties": properties}
