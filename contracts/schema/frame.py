"""The contract's own frame of records: where null, NaN and types are defined, once for both sides.

A record is accepted if and only if the frame built from it here passes the schema. So nothing is
coerced: a value that is not of its column's kind stays what it is, and the schema refuses it.
Null is null on the wire and in Arrow, NaN (or NA) in the frame; a NaN that came in from outside is
refused, as JSON has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import DataError
from contracts.moment import instant
from contracts.schema.values import INT64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from contracts.schema.columns import Column

INSTANT = Annotated[datetime, msgspec.Meta(tz=True)]
#: dtypes that hold null where numpy's own cannot.
NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
ALONE = {"int": ("int64", "Int64"), "bool": ("bool", "boolean")}


class UnfitError(ValueError):
    """A value that is not of its column's kind."""


def frame(columns: Iterable[Column], records: Any) -> pd.DataFrame:
    """Return the frame of one record or several, a row each.

    Args:
        columns: The contract's columns.
        records: A record of the compiled type or a mapping, or an iterable of these. An integer
            where a float is due is one, as it is in JSON.

    Raises:
        DataError: A NaN, a text that is no Unicode, or records with different fields.
    """
    single = isinstance(records, Mapping | msgspec.Struct)
    rows = [_mapping(record) for record in ([records] if single else records)]
    known = {column.name: column for column in columns}
    names = _names(rows, known)
    return pd.DataFrame(
        {name: _series(name, known.get(name), [row[name] for row in rows]) for name in names}
    )


def from_table(columns: Iterable[Column], table: pa.Table) -> pd.DataFrame:
    """Return the frame of an Arrow table, its columns in the table's order.

    Raises:
        DataError: A NaN that is no null, or two columns of one name.
    """
    names = table.column_names
    if len({*names}) < len(names):
        raise DataError(f"expected columns with distinct names, got {names}")
    known = {column.name: column for column in columns}
    return pd.DataFrame(
        {name: _from_arrow(name, known.get(name), table.column(name)) for name in names}
    )


def _mapping(record: Any) -> Mapping[str, Any]:
    if isinstance(record, msgspec.Struct):
        values = msgspec.structs.astuple(record)
        return dict(zip(record.__struct_encode_fields__, values, strict=True))
    found: Mapping[str, Any] = record
    return found


def _names(rows: Sequence[Mapping[str, Any]], known: Mapping[str, Column]) -> list[str]:
    """Return the fields that are there, the contract's own first and in its order."""
    if not rows:
        return [*known]
    if any(row.keys() != rows[0].keys() for row in rows):
        raise DataError("expected records with one set of fields", hint="null says missing")
    return [name for name in known if name in rows[0]] + [n for n in rows[0] if n not in known]


def _series(name: str, column: Column | None, values: list[Any]) -> pd.Series[Any]:
    if any(value is pd.NaT or value is pd.NA or _nan(value) for value in values):
        raise _nan_refused(name)
    if column is None:
        return pd.Series(values, dtype=object)
    read = READ[column.kind]
    try:
        clean = [None if value is None else read(value) for value in values]
    except UnicodeEncodeError:
        raise DataError(f"column {name!r}: a text holds half a character (a surrogate)") from None
    except (UnfitError, OverflowError, msgspec.ValidationError):
        return pd.Series(values, dtype=object)
    return _typed(column, clean)


def _typed(column: Column, values: list[Any]) -> pd.Series[Any]:
    if column.kind in ALONE:
        plain, nullable = ALONE[column.kind]
        return pd.Series(values, dtype=nullable if column.nullable or None in values else plain)
    if column.kind == "datetime":
        instants = np.array(values, dtype="datetime64[us]")
        return pd.Series(instants).dt.tz_localize("UTC")
    return pd.Series(values, dtype="float64" if column.kind == "float" else "str")


def _from_arrow(name: str, column: Column | None, array: pa.ChunkedArray) -> pd.Series[Any]:
    if pa.types.is_floating(array.type) and pc.any(pc.is_nan(array)).as_py():
        raise _nan_refused(name)
    if column is not None and (column.nullable or array.null_count):
        return pd.Series(array.to_pandas(types_mapper=NULLABLE.get))
    return pd.Series(array.to_pandas())


def _nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - what NaN is


def _nan_refused(name: str) -> DataError:
    return DataError(f"column {name!r}: NaN is no value of a contract", hint="null says missing")


def _int(value: Any) -> int:
    if type(value) is not int or value not in INT64:
        raise UnfitError
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitError
    return float(value)


def _bool(value: Any) -> bool:
    if type(value) is not bool:
        raise UnfitError
    return value


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitError
    value.encode()
    return value


def _microseconds(value: Any) -> int:
    # The wire's own parser reads the text: two parsers would differ at the edges.
    return instant(msgspec.convert(value, INSTANT).astimezone(UTC).isoformat())


READ: dict[str, Callable[[Any], Any]] = {
    "int": _int,
    "float": _float,
    "bool": _bool,
    "str": _str,
    "category": _str,
    "datetime": _microseconds,
}
