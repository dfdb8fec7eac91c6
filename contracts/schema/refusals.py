"""Which rows of a table the wire would refuse, and by which check: column by column, fast.

A record off the wire is decoded one at a time; a table's rows are refused exactly where their
records would be. Each distinct value of a column is decoded once; of numbers within bounds, the
least and the largest. Like `contracts.schema.record`,
this module needs neither pandas nor pandera.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.schema.columns import Columns
from contracts.schema.edges import holds
from contracts.schema.record import record_type, value_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.schema.check import Check
    from contracts.schema.columns import Column

Places = npt.NDArray[np.bool_]
#: Whether an Arrow type holds the values of a kind; an integer is a float, as in JSON.
HOLDS: dict[str, Any] = {
    "int": pa.types.is_integer,
    "float": lambda kind: pa.types.is_floating(kind) or pa.types.is_integer(kind),
    "bool": pa.types.is_boolean,
    "str": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "category": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "datetime": lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None,
}


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """What a schema refuses of a table of n rows.

    Attributes:
        valid: Whether each row is accepted, (n,).
        checks: How many rows each check refuses, as ``column: check``; a row counts once, under the
            first check that it breaks, in the order of columns and checks.
    """

    valid: Places
    checks: dict[str, int]


class TableCheck:
    """Checks tables against a schema as the wire checks records.

    Args:
        columns: The schema.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._types: dict[str, Any] = {column.name: value_type(column) for column in columns}
        #: Of columns whose values need more than a type: several times slower.
        self._records: dict[str, Any] = {
            column.name: record_type(Columns([column]))
            for column in columns
            if self._types[column.name] is None
        }

    def refusals(self, rows: pa.Table) -> Refusals:
        """Return what the schema refuses of a table that has its columns, among others."""
        valid, checks = np.ones(rows.num_rows, dtype=bool), Counter[str]()
        for column in self._columns:
            array = rows[column.name].combine_chunks()
            for reason, broken in self._broken(column, array).items():
                _count(f"{column.name}: {reason}", broken, valid, checks)
        for check in self._columns.row_checks:
            _count(str(check), _broken_rows(check, rows, valid), valid, checks)
        return Refusals(valid=valid, checks=dict(checks))

    def _broken(self, column: Column, array: pa.Array) -> dict[str, Places]:
        """Return where each check of a column is the first that is broken."""
        if array.null_count < len(array) and not HOLDS[column.kind](plain_type(array.type)):
            return {f"expected {column.kind}, got {array.type}": np.ones(len(array), dtype=bool)}
        array = _readable(array)
        if self._accepts(column, self._deciding(column, array)):
            return {}
        encoded = array.dictionary_encode(null_encoding="encode")
        reasons = np.array(
            [
                "" if self._accepts(column, [value]) else _reason(column, value)
                for value in encoded.dictionary.to_pylist()
            ]
        )[encoded.indices]
        return {str(reason): reasons == reason for reason in np.unique(reasons) if reason}

    def _deciding(self, column: Column, array: pa.Array) -> list[Any]:
        """Return values of a column that the wire accepts if, and only if, it accepts all of them.

        Where a type says everything of a number, that is within bounds: the extremes decide.
        """
        if column.kind not in {"int", "float"} or column.values or not self._types[column.name]:
            return list(array.unique().to_pylist())
        ends = pc.min_max(array).as_py() if array.null_count < len(array) else {}
        if pa.types.is_floating(array.type) and pc.any(pc.is_nan(array)).as_py():
            ends["nan"] = float("nan")
        return [*ends.values(), *([None] if array.null_count else [])]

    def _accepts(self, column: Column, values: Sequence[Any]) -> bool:
        """Return whether the wire accepts all of some values of a column."""
        kind = self._types[column.name]
        if kind is None:
            kind, values = self._records[column.name], [{column.name: each} for each in values]
        try:
            msgspec.convert(values, list[kind])  # type: ignore[valid-type]
        except msgspec.ValidationError:
            return False
        return True


def _count(name: str, broken: Places, valid: Places, checks: Counter[str]) -> None:
    """Count the rows that are refused now for the first time, and mark them."""
    count = int(np.count_nonzero(broken & valid))
    if count:
        checks[name] += count
        valid &= ~broken


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column's values: of a dictionary that of its entries."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _readable(array: pa.Array) -> pa.Array:
    """Return a column in a type of which Python reads single values: instants in microseconds."""
    kind = plain_type(array.type)
    if pa.types.is_timestamp(kind):
        return array.cast(pa.timestamp("us", tz="UTC"), safe=False)
    return array if kind == array.type else array.cast(kind)


def _reason(column: Column, value: Any) -> str:
    """Return the first check that a value breaks; null and NaN are none of a check's business."""
    if value is None:
        return "null"
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return "NaN"
    broken = (str(check) for check in column.checks if not holds(check.condition, value))
    return next(broken, f"no value of kind {column.kind}")


def _broken_rows(check: Check, rows: pa.Table, valid: Places) -> Places:
    """Return where a check between columns does not hold, of the rows that no column refuses."""
    names = list(check.condition.columns)
    broken = np.zeros(rows.num_rows, dtype=bool)
    tried = np.flatnonzero(valid)
    columns = (rows[name].take(pa.array(tried)).to_pylist() for name in names)
    broken[tried] = [
        None not in values and not holds(check.condition, *values)
        for values in zip(*columns, strict=True)
    ]
    return broken
