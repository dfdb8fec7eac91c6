"""What an engine looks stored features up in: the newest values, in memory."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from contracts.data.stored.index import ValueIndex
from contracts.moment import END_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from contracts.data.stored.feature import StoredFeature
    from contracts.data.stored.values import Values


class CachedLookup:
    """Looks up the stored features of single events; it is asked by many threads.

    The values of the last windows are kept, sorted, and replaced at each `refresh`: a look-up asks
    no database. For an event from before what is kept the store is asked.

    Args:
        features: The features.
        store: Where their values are.
        kept: How far in the past an event may be to be answered from memory, microseconds.
    """

    def __init__(self, features: Sequence[StoredFeature], store: Values, *, kept: int) -> None:
        self.features = tuple(features)
        self._store, self._kept = store, kept
        self._reach = max(each.reach for each in self.features)
        # One reference, replaced at once: a request sees the values that belong to its `since`.
        self._memory = (END_OF_TIME, self._looking([]))
        self._watermark: int | None = None

    def follow(self, now: int, watermark: int | None) -> None:
        """Read the newest values if the store has taken any since they were read.

        Args:
            now: The product's time, microseconds.
            watermark: How far values were taken; none before the first.
        """
        if watermark is not None and watermark != self._watermark:
            self.refresh(now)
            self._watermark = watermark

    def refresh(self, now: int) -> None:
        """Read the newest values; what was kept serves until they are there, and if they fail."""
        since = now - self._kept - self._reach
        indexes = self._indexes(since, END_OF_TIME)
        for index in indexes:
            index.prepare()
        self._memory = (since, self._looking(indexes))

    def one(self, record: Any, time: int) -> list[float | None]:
        """Return the features of an event, in their order, None where one is null.

        Args:
            record: It has the columns of the entities as attributes.
            time: When it happens, microseconds.
        """
        since, one = self._memory
        if time - self._reach < since:
            one = self._looking(self._indexes(time - self._reach, time))
        return one(record, time)

    def _indexes(self, start: int, end: int) -> list[ValueIndex]:
        rows = self._store.window(start, end)
        return [ValueIndex(each, rows) for each in self.features]

    @staticmethod
    def _looking(indexes: Sequence[ValueIndex]) -> Callable[[Any, int], list[float | None]]:
        def one(record: Any, time: int) -> list[float | None]:
            found = [
                index.one([getattr(record, name) for name in index.feature.entity], time)
                for index in indexes
            ]
            return [None if isnan(value) else value for value in found]

        return one
