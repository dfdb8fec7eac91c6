"""A check as a contract states it: a name and arguments, and the condition they make."""

from __future__ import annotations

from typing import Any

import msgspec

from contracts.errors import ContractError
from contracts.schema.checks.registry import find, names, unknown


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition on every value of a column that is not null, or between columns of a row.

    Attributes:
        name: One of `contracts.schema.checks.registry`.
        args: Its arguments, named as pandera names them. A datetime's bound is ISO 8601 text.
    """

    name: str
    args: dict[str, Any] = {}

    def __str__(self) -> str:
        args = ", ".join(f"{key}={value!r}" for key, value in self.args.items())
        return f"{self.name}({args})"

    @property
    def condition(self) -> Any:
        """What the check means: see `contracts.schema.checks.condition`.

        Raises:
            ContractError: There is no such check, or it takes other arguments.
        """
        kind = find(self.name)
        if kind is None:
            raise ContractError(f"{self.name}: {unknown(self.name)}", hint=f"valid are {names()}")
        try:
            return msgspec.convert(dict(self.args), kind)
        except msgspec.ValidationError as error:
            takes = ", ".join(kind.__struct_fields__) or "nothing"
            raise ContractError(
                f"{self}: these are no arguments: {error}", hint=f"{self.name} takes {takes}"
            ) from error
