"""Tensors to rows: a tensor for each column of a contract, and for what a row may state beside."""

from __future__ import annotations

from datetime import timedelta
from math import isnan
from operator import index
from typing import TYPE_CHECKING, Any

from contracts.errors import DataError
from contracts.moment import EPOCH
from production.service.inference.tensors import DATATYPES, Tensor, read_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.schema.columns import Columns
    from production.service.inference.messages import Inference

#: What follows a column's name in that of the tensor that says which of its values are null.
NULL = ".null"
#: What a row may state beside its record, with its kind.
ASKS = {"id": "str", "key": "str", "time": "datetime"}


class TensorRows:
    """Makes rows of tensors.

    Args:
        columns: The contract's input columns.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns.by_name
        self._kinds = {**ASKS, **{column.name: column.kind for column in columns}}

    def of(self, asked: Inference, contents: Sequence[bytes | None]) -> list[dict[str, Any]]:
        """Return the rows of a request in Python's types.

        Args:
            asked: The request.
            contents: For each of its inputs the bytes behind its JSON, or None.

        Raises:
            DataError: A tensor is unknown, malformed or given twice, or they differ in length.
        """
        columns: dict[str, list[Any]] = {}
        for tensor, content in zip(asked.inputs, contents, strict=True):
            if tensor.name in columns:
                raise DataError(f"input {tensor.name!r} is given twice")
            self._check_datatype(tensor)
            columns[tensor.name] = read_tensor(tensor, content)
        if len({*map(len, columns.values())}) != 1:
            raise DataError(
                "expected inputs of one length, got "
                + ", ".join(f"{name} {len(each)}" for name, each in columns.items())
            )
        named = {name: each for name, each in columns.items() if not self._is_mask(name)}
        for name, values in named.items():
            nulls = columns.get(name + NULL, []) if self._is_mask(name + NULL) else []
            named[name] = [*self._values(name, values, nulls)]
        rows = [dict(zip(named, row, strict=True)) for row in zip(*named.values(), strict=True)]
        if asked.id and "id" not in named:
            for at, row in enumerate(rows):
                row["id"] = asked.id if len(rows) == 1 else f"{asked.id}-{at}"
        return rows

    def _is_mask(self, name: str) -> bool:
        """Return whether a tensor says which values of a column are null."""
        return name not in self._kinds and name.removesuffix(NULL) in self._kinds

    def _check_datatype(self, tensor: Tensor) -> None:
        kind = "bool" if self._is_mask(tensor.name) else self._kinds.get(tensor.name)
        if kind is None:
            raise DataError(
                f"no input {tensor.name!r}", hint=f"the inputs are {', '.join(self._columns)}"
            )
        if tensor.datatype not in DATATYPES[kind]:
            raise DataError(
                f"input {tensor.name!r}: expected {DATATYPES[kind][0]}, got {tensor.datatype}"
            )

    def _values(self, name: str, values: Sequence[Any], nulls: list[Any]) -> Iterator[Any]:
        """Yield a column's values: null where it is masked, or NaN; an instant of microseconds."""
        kind = self._kinds[name]
        nullable = name in self._columns and self._columns[name].nullable
        if any(each not in (True, False) for each in nulls):
            raise DataError(f"input {name + NULL!r}: expected true or false")
        for value, null in zip(values, nulls or [False] * len(values), strict=True):
            if value is None or null or (nullable and isinstance(value, float) and isnan(value)):
                yield None
            else:
                yield _instant(name, value) if kind == "datetime" else value


def _instant(name: str, value: Any) -> Any:
    """Return microseconds as an instant."""
    try:
        return EPOCH + timedelta(microseconds=index(value))
    except (OverflowError, TypeError):
        raise DataError(f"input {name!r}: expected an instant in microseconds") from None
