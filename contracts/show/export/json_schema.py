"""A contract's columns as JSON Schema, for clients that know no Python.

Source: JSON Schema, draft 2020-12 (https://json-schema.org/draft/2020-12). What it cannot say
stands under ``x-checks``, word for word, beside what it can: bounds of an instant, checks between
columns, and checks that a package registered. Where it is weaker than the wire all the same,
``docs/schema.md`` says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contracts.schema.pattern import ecma
from contracts.schema.values import INT64

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.schema.columns import Column, Columns

DRAFT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "str": "string",
    "category": "string",
    "datetime": "string",
}
#: Characters that mean more than themselves to every engine that reads a pattern.
SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
#: What a check says in JSON Schema, from its arguments; those of an instant are none of these.
KEYWORDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "ge": lambda args: {"minimum": args["min_value"]},
    "gt": lambda args: {"exclusiveMinimum": args["min_value"]},
    "le": lambda args: {"maximum": args["max_value"]},
    "lt": lambda args: {"exclusiveMaximum": args["max_value"]},
    "eq": lambda args: {"const": args["value"]},
    "ne": lambda args: {"not": {"const": args["value"]}},
    "isin": lambda args: {"enum": [*args["allowed_values"]]},
    "notin": lambda args: {"not": {"enum": [*args["forbidden_values"]]}},
    "str_length": lambda args: {
        word: args[name]
        for name, word in (("min_value", "minLength"), ("max_value", "maxLength"))
        if args.get(name) is not None
    },
    "str_matches": lambda args: {"pattern": ecma(args["pattern"])},
    "str_contains": lambda args: {"pattern": ecma(args["pattern"])},
    "str_startswith": lambda args: {"pattern": f"^{_literal(args['string'])}"},
    "str_endswith": lambda args: {"pattern": f"{_literal(args['string'])}$"},
    "finite": lambda _: {},
}


def _literal(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)


def json_schema(columns: Columns, *, title: str, description: str = "") -> dict[str, Any]:
    """Return the schema of one record: an object with exactly the columns, each said.

    Args:
        columns: The contract's input or output columns.
        title: What the record is.
        description: What a reader should know of it.
    """
    left = [str(check) for check in columns.row_checks]
    properties = {column.name: property_schema(column) for column in columns}
    return {
        "$schema": DRAFT,
        "title": title,
        **({"description": description} if description else {}),
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
        **({"x-checks": left} if left else {}),
    }


def property_schema(column: Column) -> dict[str, Any]:
    """Return the schema of one column's value, null among them where the column takes it."""
    said, left = _said(column)
    value: dict[str, Any] = {"type": TYPES[column.kind], **said}
    if column.kind == "datetime":
        value["format"] = "date-time"
    shown: dict[str, Any] = {"description": column.description} if column.description else {}
    if column.nullable:
        shown["anyOf"] = [value, {"type": "null"}]
    else:
        shown |= value
    return shown | ({"x-checks": left} if left else {})


def _said(column: Column) -> tuple[dict[str, Any], list[str]]:
    """Return what JSON Schema says of a column's checks, and the checks it cannot say."""
    every: list[dict[str, Any]] = []
    left = []
    for check in column.checks:
        if column.kind == "datetime" or check.name not in KEYWORDS:
            left.append(str(check))
        else:
            every.append(KEYWORDS[check.name](check.args))
    if column.kind == "int" and not column.values:
        bounds = {check.name for check in column.checks}
        every += [{"minimum": INT64[0]}] if not bounds & {"ge", "gt"} else []
        every += [{"maximum": INT64[-1]}] if not bounds & {"le", "lt"} else []
    return _together(every), left


def _together(every: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all keywords in one object; a word said twice goes under ``allOf``."""
    words = [word for each in every for word in each]
    if len(words) == len({*words}):
        return {word: value for each in every for word, value in each.items()}
    return {"allOf": [each for each in every if each]}
