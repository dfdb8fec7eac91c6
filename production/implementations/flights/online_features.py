"""Rows and records as places in a table of weights: one place for each feature.

A number becomes the bin it lies in, a text its position in a sorted list; unknown and null have
places of their own. A feature is one such code, or a pair of them.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Codes = npt.NDArray[np.int32]
    Numbers = npt.NDArray[np.float64]

TEXTS = ("carrier", "origin", "dest")
#: Scheduled minutes that a flight of a distance takes, and a minute for each mile: what is more is
#: slack in the schedule.
GROUND, MILE = 45.0, 0.1225


def _steps(first: float, last: float, step: float) -> tuple[float, ...]:
    return tuple(np.arange(first, last, step).tolist())


#: The column of each code of a number, and where its bins begin but for the first.
BINS: dict[str, tuple[str, tuple[float, ...]]] = {
    "half_hour": ("minute", _steps(30, 1440, 30)),
    "hour": ("minute", _steps(60, 1440, 60)),
    "part_of_day": ("minute", _steps(240, 1440, 240)),
    "weekday": ("weekday", _steps(1, 7, 1)),
    "slack": ("slack", _steps(-30, 45, 7.5)),
    "seats": ("seats", (30, 60, 80, 120, 150, 180, 220, 300)),
    "built": ("built", (1990, 1995, 1998, 2000, 2002, 2004, 2006, 2008, 2010)),
    "temp": ("temp", _steps(15, 100, 8)),
    "warmth": ("temp", (30, 45, 60, 70, 80)),
    "humid": ("humid", _steps(30, 100, 8)),
    "damp": ("humid", (50, 65, 80, 90)),
    "precip": ("precip", (1e-9, 0.02, 0.05, 0.1, 0.2, 0.4)),
    "rain": ("precip", (1e-9, 0.05)),
    "pressure": ("pressure", _steps(995, 1040, 4)),
    "high": ("pressure", (1005, 1010, 1015, 1020)),
    "visib": ("visib", (0.5, 1, 2, 3, 5, 7, 9, 9.99)),
    "wind": ("wind_speed", _steps(3, 40, 4)),
    "force": ("wind_speed", (8, 14, 20)),
    "wind_dir": ("wind_dir", _steps(22.5, 360, 45)),
}
#: The same edges as arrays, with NaN behind them: it sorts last, so the last bin is of nulls.
EDGES = {name: np.array((*edges, np.nan)) for name, (_, edges) in BINS.items()}
#: The input columns that are used.
COLUMNS = (
    *TEXTS,
    *dict.fromkeys(column for column, _ in BINS.values() if column != "slack"),
    *("distance", "elapsed"),
)
#: Each feature: a code, or two whose every combination has a weight.
FEATURES: tuple[tuple[str, ...], ...] = (
    ("carrier", "origin"),
    ("dest",),
    ("half_hour",),
    ("weekday",),
    ("weekday", "hour"),
    ("origin", "hour"),
    ("carrier", "part_of_day"),
    ("slack",),
    ("seats",),
    ("built",),
    ("temp",),
    ("humid",),
    ("precip",),
    ("pressure",),
    ("visib",),
    ("wind",),
    ("origin", "wind_dir"),
    ("force", "wind_dir"),
    ("high", "damp"),
    ("warmth", "damp"),
    ("origin", "rain"),
    ("damp", "hour"),
)


class OnlineFeatures(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True
):
    """Where the weights of a row stand.

    Attributes:
        texts: The sorted texts of each text column, as the training rows have them.
    """

    texts: dict[str, list[str]]

    @classmethod
    def of(cls, rows: pa.Table) -> Self:
        """Return the features for a model that is fitted to rows."""
        return cls(texts={name: sorted(pc.unique(rows[name]).to_pylist()) for name in TEXTS})

    @property
    def width(self) -> int:
        """How many weights there are."""
        return self._offsets[-1]

    def places(self, rows: pa.Table) -> Codes:
        """Return the places of n rows, (n, features).

        Raises:
            DataError: The rows lack a column.
        """
        absent = [name for name in COLUMNS if name not in rows.column_names]
        if absent:
            raise DataError(f"rows to predict lack the columns {absent}")
        codes = {name: self._text_codes(rows, name) for name in TEXTS}
        numbers = _numbers(rows)
        codes |= {
            name: EDGES[name].searchsorted(numbers[column], "right")
            for name, (column, _) in BINS.items()
        }
        places = np.empty((rows.num_rows, len(FEATURES)), np.int32)
        for at, (names, offset) in enumerate(zip(FEATURES, self._offsets, strict=False)):
            place = codes[names[0]]
            for name in names[1:]:
                place = place * self._sizes[name] + codes[name]
            places[:, at] = place + offset
        return places

    def of_record(self, record: Any) -> list[int]:
        """Return the places of one record."""
        index = self._index
        codes = {name: index[name].get(getattr(record, name), len(index[name])) for name in TEXTS}
        slack = None
        if record.elapsed is not None and record.distance is not None:
            slack = record.elapsed - MILE * record.distance - GROUND
        for name, (column, edges) in BINS.items():
            value = slack if column == "slack" else getattr(record, column)
            codes[name] = len(edges) + 1 if value is None else bisect_right(edges, value)
        sizes = self._sizes
        return [
            offset
            + (
                codes[names[0]]
                if len(names) == 1
                else codes[names[0]] * sizes[names[1]] + codes[names[1]]
            )
            for names, offset in zip(FEATURES, self._offsets, strict=False)
        ]

    @cached_property
    def _sorted(self) -> Mapping[str, pa.Array]:
        return {name: pa.array(self.texts[name], pa.string()) for name in TEXTS}

    @cached_property
    def _index(self) -> Mapping[str, dict[str, int]]:
        return {name: {text: at for at, text in enumerate(self.texts[name])} for name in TEXTS}

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """How many codes each has: one more for what is unknown."""
        sizes = {name: len(self.texts[name]) + 1 for name in TEXTS}
        return sizes | {name: len(edges) + 2 for name, (_, edges) in BINS.items()}

    @cached_property
    def _offsets(self) -> list[int]:
        """Where the weights of each feature begin, and the end of all."""
        offsets = [0]
        for names in FEATURES:
            offsets.append(offsets[-1] + prod(self._sizes[name] for name in names))
        return offsets

    def _text_codes(self, rows: pa.Table, name: str) -> npt.NDArray[np.int64]:
        found = pc.index_in(rows[name].cast("string"), value_set=self._sorted[name])
        return np.asarray(pc.fill_null(found, len(self.texts[name])), np.int64)


def _numbers(rows: pa.Table) -> dict[str, Numbers]:
    """Return each column of numbers as float64, NaN for null, and the slack."""
    numbers = {}
    for name in COLUMNS[len(TEXTS) :]:
        numbers[name] = rows[name].cast("float64", safe=False).to_numpy()
    numbers["slack"] = numbers["elapsed"] - MILE * numbers["distance"] - GROUND
    return numbers
