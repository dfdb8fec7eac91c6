"""A check as a contract holds it: a name and arguments. What it means stands in `schema.checks`."""

from __future__ import annotations

from typing import Any

import msgspec


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition on every value of a column that is not null, or between columns of a row.

    Attributes:
        name: One of `contracts.schema.checks.registry`.
        args: Its arguments, named as pandera names them. A datetime's bound is ISO 8601 text.
    """

    name: str
    args: dict[str, Any] = {}

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.args.items())
        return f"{self.name}({shown})"
