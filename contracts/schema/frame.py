"""Frames of records: where null, NaN and types are defined, once for both sides.

A record is accepted if and only if the frame built from it here passes the schema. So nothing is
coerced: a value that is not of its column's kind stays as it is, and the schema refuses it.
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
from contracts.schema.stored import DTYPES
from contracts.schema.values import INT64

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.schema.columns import Column

#: dtypes that hold null where numpy's own cannot.
NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
#: The values of each kind, read as the wire reads them: two parsers would differ at the edges.
TYPES: dict[str, Any] = {
    "int": list[Annotated[int, msgspec.Meta(ge=INT64[0], le=INT64[-1])] | None],
    "float": list[float | None],
    "bool": list[bool | None],
    "str": list[str | None],
    "category": list[str | None],
    "datetime": list[Annotated[datetime, msgspec.Meta(tz=True)] | None],
}


def frame(columns: Iterable[Column], records: Any) -> pd.DataFrame:
    """Return the frame of one record or several, a row each.

    Args:
        columns: The contract's columns.
        records: A record of the compiled type or a mapping, or an iterable of these. An integer
            in a column of floats is read as a float, as it is in JSON.

    Raises:
        DataError: A NaN, a text with half a character, or records with different fields.
    """
    single = isinstance(records, Mapping | msgspec.Struct)
    rows = [_mapping(record) for record in ([records] if single else records)]
    by_name = {column.name: column for column in columns}
    names = _names(rows, by_name)
    return pd.DataFrame(
        {name: _series(name, by_name.get(name), [row[name] for row in rows]) for name in names}
    )


def from_table(columns: Iterable[Column], table: pa.Table) -> pd.DataFrame:
    """Return the frame of an Arrow table, its columns in the table's order.

    Raises:
        DataError: A NaN in place of null, or two columns of one name.
    """
    names = table.column_names
    if len({*names}) < len(names):
        raise DataError(f"expected columns with distinct names, got {names}")
    by_name = {column.name: column for column in columns}
    return pd.DataFrame(
        {name: _from_arrow(name, by_name.get(name), table.column(name)) for name in names}
    )


def _mapping(record: Any) -> Mapping[str, Any]:
    if isinstance(record, msgspec.Struct):
        values = msgspec.structs.astuple(record)
        return dict(zip(record.__struct_encode_fields__, values, strict=True))
    mapping: Mapping[str, Any] = record
    return mapping


def _names(rows: Sequence[Mapping[str, Any]], by_name: Mapping[str, Column]) -> list[str]:
    """Return the fields that are there, the contract's own first and in its order."""
    if not rows:
        return [*by_name]
    if any(row.keys() != rows[0].keys() for row in rows):
        raise DataError("expected records with one set of fields", hint="null says missing")
    return [name for name in by_name if name in rows[0]] + [n for n in rows[0] if n not in by_name]


def _series(name: str, column: Column | None, values: list[Any]) -> pd.Series[Any]:
    if any(value is pd.NaT or value is pd.NA or _is_nan(value) for value in values):
        raise _nan_refused(name)
    if column is None:
        return pd.Series(values, dtype=object)
    try:
        return _typed(column, msgspec.convert(values, TYPES[column.kind]))
    except UnicodeEncodeError:
        raise DataError(f"column {name!r}: a text holds half a character (a surrogate)") from None
    except (OverflowError, msgspec.ValidationError):
        return pd.Series(values, dtype=object)


def _typed(column: Column, values: list[Any]) -> pd.Series[Any]:
    if column.kind == "datetime":
        naive = [value and value.astimezone(UTC).replace(tzinfo=None) for value in values]
        return pd.Series(np.array(naive, dtype="datetime64[us]")).dt.tz_localize("UTC")
    return pd.Series(values, dtype=DTYPES[column.kind][column.nullable or None in values])


def _from_arrow(name: str, column: Column | None, array: pa.ChunkedArray) -> pd.Series[Any]:
    if pa.types.is_floating(array.type) and pc.any(pc.is_nan(array)).as_py():
        raise _nan_refused(name)
    if column is not None and (column.nullable or array.null_count):
        return pd.Series(array.to_pandas(types_mapper=NULLABLE.get))
    return pd.Series(array.to_pandas())


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN differs from itself


def _nan_refused(name: str) -> DataError:
    return DataError(f"column {name!r}: NaN is no value of a contract", hint="null says missing")
