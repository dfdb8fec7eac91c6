"""A contract's columns as JSON Schema, for clients without Python.

Source: JSON Schema, draft 2020-12 (https://json-schema.org/draft/2020-12). Checks it cannot express
(bounds of an instant, checks between columns, checks that a package registered) are listed as text
under ``x-checks``. ``docs/schema.md`` says where it is weaker than the service even so.
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
#: Characters with a special meaning in every dialect of regular expressions.
SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
#: The JSON Schema of each check, from its arguments; checks of an instant have none.
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
    """Return the schema of one record: an object with exactly the columns.

    Args:
        columns: The contract's input or output columns.
        title: What the record is.
        description: A description of the record.
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
    """Return the schema of one column's value, which includes null where the column is nullable."""
    keywords, left = _keywords(column)
    value: dict[str, Any] = {"type": TYPES[column.kind], **keywords}
    if column.kind == "datetime":
        value["format"] = "date-time"
    schema: dict[str, Any] = {"description": column.description} if column.description else {}
    if column.nullable:
        schema["anyOf"] = [value, {"type": "null"}]
    else:
        schema |= value
    return schema | ({"x-checks": left} if left else {})


def _keywords(column: Column) -> tuple[dict[str, Any], list[str]]:
    """Return a column's checks as keywords, and as text those that JSON Schema cannot express."""
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
    return _merged(every), left


def _merged(every: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all keywords in one object; keywords that occur twice go under ``allOf``."""
    words = [word for each in every for word in each]
    if len(words) == len({*words}):
        return {word: value for each in every for word, value in each.items()}
    return {"allOf": [each for each in every if each]}
