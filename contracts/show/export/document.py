"""The schema of `contract.yaml` itself, so that editors and other tools can check one.

Published as `contracts/published/contract.schema.json`; the model it is made from is the one that
reads the document.
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


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of the terms as they stand in the file: instants are ISO 8601."""
    (root,), components = msgspec.json.schema_components([Terms], ref_template="#/$defs/{name}")
    for name, found in components.items():
        components[name] = _described(found)
    learning, metric = components["Learning"]["properties"], components["MetricTerm"]
    # What a specification may leave open, a contract states.
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


def _described(found: dict[str, Any]) -> dict[str, Any]:
    """Return a struct's schema with its docstring taken apart: each attribute says its own."""
    text, _, attributes = cleandoc(found.get("description", "")).partition("Attributes:")
    said = {name: " ".join(words.split()) for name, words in ATTRIBUTE.findall(attributes)}
    properties = {
        name: each | ({"description": said[name]} if name in said else {})
        for name, each in found["properties"].items()
    }
    return found | {"description": " ".join(text.split()), "properties": properties}
