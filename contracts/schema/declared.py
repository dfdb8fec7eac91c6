"""A schema of inputs that configuration declares: a list of columns, and no code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ConfigError
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns, Kind
from contracts.schema.validation import frame_check, frame_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Declared(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"column": "from"},
    omit_defaults=True,
):
    """One input, as a list in configuration declares it.

    Attributes:
        name: Its name in the contract.
        column: The column of the data that it is read from, ``from`` in the list; its name unless
            given.
        kind: What its values are.
        nullable: Whether null is a value.
        values: The only texts that it may have; empty where any text may come.
        least: The least number that it may have.
        most: The largest one.
        description: What it means, for the reader.
    """

    name: str
    column: str | None = None
    kind: Kind
    nullable: bool = False
    values: tuple[str, ...] = ()
    least: int | float | None = None
    most: int | float | None = None
    description: str = ""

    @property
    def origin(self) -> str:
        """The column of the data that it is read from."""
        return self.column or self.name

    @property
    def checks(self) -> Iterator[Check]:
        """The conditions on its values."""
        if self.values:
            yield Check(name="isin", args={"allowed_values": [*self.values]})
        if self.kind == "float":
            yield Check(name="finite")
        if self.least is not None:
            yield Check(name="ge", args={"min_value": self.least})
        if self.most is not None:
            yield Check(name="le", args={"max_value": self.most})


def declared(columns: Sequence[Mapping[str, Any]]) -> tuple[Declared, ...]:
    """Return the inputs that a list in configuration declares.

    Raises:
        ConfigError: An entry has a key that no input has, lacks one, or has a wrong value.
    """
    try:
        return msgspec.convert([*columns], tuple[Declared, ...])
    except msgspec.ValidationError as error:
        keys = ", ".join(field.encode_name for field in msgspec.structs.fields(Declared))
        raise ConfigError(f"columns: {error}", hint=f"each has the keys {keys}") from error


def inputs(columns: list[dict[str, Any]]) -> Any:
    """Return the pandera schema of declared inputs, in their order.

    Args:
        columns: One entry an input, see `Declared`.

    Raises:
        ConfigError: An entry is malformed.
        ContractError: A column is none that a contract may have.
    """
    made = [
        Column(
            name=each.name,
            kind="category" if each.values and each.kind == "str" else each.kind,
            nullable=each.nullable,
            checks=tuple(each.checks),
            description=each.description,
        )
        for each in declared(columns)
    ]
    return frame_schema(Columns(made), frame_check)
