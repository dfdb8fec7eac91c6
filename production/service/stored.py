"""Adds the stored features to what a client asks for: no client sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import DataError
from contracts.moment import EPOCH
from contracts.schema.record import RecordDecoder
from production.service.asks import Ask, Asked

if TYPE_CHECKING:
    from contracts.schema.columns import Columns
    from production.features.lookup import CachedLookup


class StoredInputs:
    """Completes records.

    Args:
        lookup: Looks the features up.
        columns: All of the contract's input columns.
    """

    def __init__(self, lookup: CachedLookup, columns: Columns) -> None:
        self._lookup, self._decoder = lookup, RecordDecoder(columns)
        self._names = tuple(each.name for each in lookup.features)

    def completed(self, asked: Asked, event: str, key: str, moment: int) -> Asked:
        """Return what is asked with its stored features, as the contract's record.

        It is logged so: what was used is what is on record.

        Args:
            asked: What came.
            event: The event's id.
            key: Its key.
            moment: Its time, microseconds: the features are those of this moment.

        Raises:
            DataError: A feature is outside the contract's bounds.
            UnavailableError: The event is older than what is kept in memory, and the database away.
        """
        found = self._lookup.one(asked.record, moment)
        row = {**msgspec.to_builtins(asked.record), **dict(zip(self._names, found, strict=True))}
        try:
            record = self._decoder.convert(row)
        except DataError as error:
            values = ", ".join(f"{name}={row[name]}" for name in self._names)
            raise DataError(
                f"what is stored for this record is outside the contract: {values}: {error}",
                hint="mend the values of product.features, or publish a contract of wider bounds",
            ) from error
        text = msgspec.json.encode(record)
        time = EPOCH + timedelta(microseconds=moment)
        return Asked(Ask(record=msgspec.Raw(text), id=event, key=key, time=time), text, record)
