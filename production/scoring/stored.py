"""The stored features of a table that is predicted: each row's as of its own time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from contracts.config import instantiate
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.source import with_features
from contracts.data.stored.values import Values
from contracts.errors import DataError
from contracts.ports import TIME
from contracts.schema.columns import Columns
from production.scoring.table import table_schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.config.product import Product


class StoredColumns(msgspec.Struct, frozen=True, kw_only=True):
    """What a table lacks and is looked up for it; it can be sent to another process.

    Attributes:
        features: The stored features.
        values: What they are made of: what a training joins.
    """

    features: tuple[StoredFeature, ...]
    values: Values

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are looked up."""
        return tuple(each.name for each in self.features)

    def asked(self, columns: Columns) -> Columns:
        """Return the columns of a contract that the table has to have."""
        return Columns([each for each in columns if each.name not in self.names])

    def filled(self, rows: pa.Table) -> pa.Table:
        """Return rows with their stored features, as they were known at each row's time.

        Of the values only those are read that lie between the first row and the last, and one
        window before: a table in the order of time needs few at once.

        Raises:
            DataError: A row has no time, or the values cannot be had.
        """
        if rows[TIME].null_count:
            raise DataError(
                f"column {TIME!r}: {rows[TIME].null_count:,} rows have none, and stored features "
                "are looked up as of each row's time",
                hint="leave these rows out",
            )
        return with_features(rows, self.features, self.values)


def stored_columns(
    product: Product, files: Sequence[Path], columns: Columns
) -> StoredColumns | None:
    """Return what is looked up for a table; none of a product, or a table, that needs nothing.

    A table that has all of the stored features itself is predicted by them.

    Args:
        product: The product.
        files: The table's files.
        columns: The contract's input columns.

    Raises:
        DataError: A file has some of the stored features and not others, or no time of its rows.
    """
    if product.features is None:
        return None
    features = product.features.stored
    names = [each.name for each in features]
    schemas = {file: table_schema(file, columns) for file in files}
    having = {name for schema in schemas.values() for name in names if name in schema.names}
    if not having:
        for file, schema in schemas.items():
            _check_time(file, schema)
        return StoredColumns(
            features=features,
            values=instantiate(product.features.values, "product.features.values"),
        )
    for file, schema in schemas.items():
        missing = [name for name in names if name not in schema.names]
        if missing:
            raise DataError(
                f"{file}: no column {missing[0]!r}, and there is one {min(having)!r}",
                hint="leave all stored features out, so that they are looked up, or give all: "
                + ", ".join(names),
                details=missing,
            )
    return None


def _check_time(file: Path, schema: pa.Schema) -> None:
    kind = schema.field(TIME).type if TIME in schema.names else None
    if kind is None or not pa.types.is_timestamp(kind) or kind.tz is None:
        raise DataError(
            f"{file}: expected a column {TIME!r} of instants with a time zone, "
            + ("got none" if kind is None else f"got {kind}")
            + ": stored features are looked up as of each row's time",
            hint=f"add {TIME!r}, or the columns of the stored features themselves",
        )
