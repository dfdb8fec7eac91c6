"""The one definition of a stored feature's value, for many events at once and for a single one.

Both read the same sorted arrays and divide the same whole numbers, so they give the same floats.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.stored.values import VALUE, known_moments
from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.data.stored.feature import StoredFeature
    from contracts.ports import Floats, Instants

NAN = float("nan")


class ValueIndex:
    """Looks up one stored feature in values that do not change.

    Values are sorted by entity, then by when they became known, and summed up. An event finds the
    first value of its window and the first one after it by two binary searches: the difference of
    the sums there is the sum of the window.

    Args:
        feature: The feature.
        rows: Values, ordered as `Values.window` says. They must reach back as far as the window of
            each event that is asked for.

    Raises:
        DataError: The columns of an entity have more combinations than 64 bits can number.
    """

    def __init__(self, feature: StoredFeature, rows: pa.Table) -> None:
        self.feature = feature
        self._levels = [pc.unique(rows[name]) for name in feature.entity]
        known = known_moments(rows)
        self._stamps = np.unique(known)
        places = math.prod((len(each) + 1 for each in self._levels), start=len(self._stamps) + 1)
        if places >= 2**63:
            raise DataError(
                f"{feature.name}: {', '.join(feature.entity)}: more combinations with the moments "
                f"of {rows.num_rows:,} values than 64 bits can number",
                hint="name the entity by one column, such as an id, or take a shorter window",
            )
        placed = self._places(rows, known)
        order = np.argsort(placed, kind="stable")  # of one moment the greatest id comes last
        values = np.asarray(rows[VALUE], dtype=np.int64)[order]
        self._sorted = placed[order]
        self._values = values
        self._sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(values)])

    def prepare(self) -> None:
        """Make what a single look-up reads, which the first one would wait for."""
        _ = self._lists

    def many(self, events: pa.Table, times: Instants) -> Floats:
        """Return the feature of n events, NaN where it is null, (n,).

        Args:
            events: With the columns that name the entity.
            times: When they happen, microseconds.
        """
        times = np.asarray(times, dtype=np.int64)
        high = np.searchsorted(self._sorted, self._places(events, times))
        low = np.searchsorted(self._sorted, self._places(events, times - self.feature.reach))
        count = high - low
        if self.feature.aggregate == "count":
            return count.astype(np.float64)
        result = np.full(len(times), NAN)
        found = count > 0
        if self.feature.aggregate == "latest":
            result[found] = self._values[high[found] - 1]
        else:
            result[found] = (self._sums[high] - self._sums[low])[found] / count[found]
        return result

    def one(self, entity: Sequence[Any], time: int) -> float:
        """Return the feature of one event, NaN where it is null.

        Args:
            entity: The values of the columns that name the entity, in their order.
            time: When it happens, microseconds.
        """
        places, stamps, codes, sums = self._lists
        code = 0
        for level, value in zip(codes, entity, strict=True):
            code = code * (len(level) + 1) + level.get(value, len(level))
        base = code * (len(stamps) + 1)
        high = bisect_left(places, base + bisect_left(stamps, time))
        low = bisect_left(places, base + bisect_left(stamps, time - self.feature.reach))
        if self.feature.aggregate == "count":
            return float(high - low)
        if high == low:
            return NAN
        if self.feature.aggregate == "latest":
            return float(sums[high] - sums[high - 1])
        return float(sums[high] - sums[low]) / (high - low)

    def _places(self, rows: pa.Table, moments: Instants) -> npt.NDArray[np.int64]:
        """Return a number for each row that orders by entity, then by moment."""
        code = np.zeros(rows.num_rows, np.int64)
        for name, level in zip(self.feature.entity, self._levels, strict=True):
            if len(level):  # without a value nobody knows the type of a column
                found = pc.fill_null(self._codes(name, rows[name], level), len(level))
                code = code * (len(level) + 1) + np.asarray(found, dtype=np.int64)
        rank = np.searchsorted(self._stamps, moments)
        return code * (len(self._stamps) + 1) + rank

    def _codes(self, name: str, column: pa.ChunkedArray, level: pa.Array) -> pa.ChunkedArray:
        """Return the place of each value of a column among those that are known, or null.

        Raises:
            DataError: They are of another type.
        """
        if pa.types.is_null(column.type):
            column = column.cast(level.type)
        try:
            return pc.index_in(column, value_set=level)
        except pa.ArrowException as error:
            raise DataError(
                f"{self.feature.name}: column {name!r} names an entity: the events have "
                f"{column.type}, the values {level.type}",
                hint="cast one of them, in the query of `values` or in that of the events",
            ) from error

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[dict[Any, int]], list[int]]:
        """The same in Python's types, which a single look-up reads faster."""
        codes = [
            {value: at for at, value in enumerate(level.to_pylist())} for level in self._levels
        ]
        return self._sorted.tolist(), self._stamps.tolist(), codes, self._sums.tolist()
