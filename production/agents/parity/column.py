"""One input column as a training saw it: its values in bins, its range, how much windows differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.score.stability import shares, stability_index

if TYPE_CHECKING:
    from contracts.ports import Floats

Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
#: Into how many bins of about as many rows numbers fall.
BINS = 10
#: How many texts, the most frequent ones, have a bin of their own; all others share one.
TEXTS = 20
#: Of a column with more texts than this every text counts as seen.
KNOWN = 5_000


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One input column of a training's rows.

    Attributes:
        name: The column.
        edges: Where bins of numbers meet; empty for texts.
        texts: The texts that have a bin of their own; empty for numbers.
        counts: How many rows fall into each bin; the last one is that of null.
        low: The smallest number; none for texts, or without one.
        high: The largest.
        known: All texts; none where there are too many.
        has_nulls: Whether null occurs.
        past: The stability index of earlier windows against all rows.
        past_nulls: The same of null and what is not null alone.
    """

    name: str
    edges: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    known: tuple[str, ...] | None = None
    has_nulls: bool = False
    past: tuple[float, ...] = ()
    past_nulls: tuple[float, ...] = ()

    def places(self, column: pa.ChunkedArray) -> Places:
        """Return the bin of each of n values, (n,)."""
        if self.texts:
            found = pc.index_in(_texts(column), pa.array(self.texts))
            bins = pc.fill_null(found, len(self.texts)).to_numpy(zero_copy_only=False)
        else:
            bins = np.searchsorted(np.array(self.edges), _numbers(column), side="right")
        bins = np.asarray(bins, np.intp)
        bins[_nulls(column)] = self.bins - 1
        return bins

    def tally(self, places: Places) -> Floats:
        """Return how many values are in each bin."""
        return np.bincount(places, minlength=self.bins).astype(np.float64)

    def index(self, places: Places) -> float:
        """Return the stability index of values against the training's."""
        return stability_index(np.array(self.counts, np.float64), self.tally(places))

    def null_index(self, places: Places) -> float:
        """Return the same of null and what is not null: where days differ, this still tells."""
        return stability_index(
            _null_or_not(np.array(self.counts)), _null_or_not(self.tally(places))
        )

    def rarity(self, places: Places) -> Floats:
        """Return the share of the training's rows that were in the bin of each value, (n,)."""
        return shares(np.array(self.counts, np.float64))[places]

    def seen(self, column: pa.ChunkedArray) -> Mask:
        """Return whether each value lies within what the training saw, (n,)."""
        nulls = _nulls(column)
        if self.texts:
            inside = np.ones(len(column), bool)
            if self.known is not None:
                known = pc.is_in(_texts(column), pa.array(self.known, pa.string()))
                inside = np.asarray(known.to_numpy(zero_copy_only=False), bool)
        elif self.low is None or self.high is None:
            inside = np.zeros(len(column), bool)
        else:
            numbers = _numbers(column)
            inside = (numbers >= self.low) & (numbers <= self.high)
        return np.where(nulls, self.has_nulls, inside)

    @property
    def bins(self) -> int:
        """The number of bins: null has one, and so have all texts without one of their own."""
        return len(self.texts) + 2 if self.texts else len(self.edges) + 2


def _null_or_not(counts: npt.NDArray[np.number]) -> Floats:
    """Return how many are not null, and how many are."""
    return np.array([counts[:-1].sum(), counts[-1]], np.float64)


def column_profile(name: str, column: pa.ChunkedArray) -> ColumnProfile:
    """Return the profile of a column's values, one at least, without earlier windows."""
    if _is_text(column.type):
        profile = _text_profile(name, column)
    else:
        profile = _number_profile(name, column)
    tally = profile.tally(profile.places(column)).astype(int)
    return msgspec.structs.replace(
        profile, counts=tuple(tally.tolist()), has_nulls=bool(column.null_count)
    )


def _text_profile(name: str, column: pa.ChunkedArray) -> ColumnProfile:
    counted = _texts(column).drop_null().value_counts().to_pylist()
    ordered = sorted(counted, key=lambda each: (-each["counts"], each["values"]))
    names = tuple(each["values"] for each in ordered)
    known = names if len(names) <= KNOWN else None
    return ColumnProfile(name=name, texts=names[:TEXTS] or ("",), known=known)


def _number_profile(name: str, column: pa.ChunkedArray) -> ColumnProfile:
    numbers = _numbers(column)[~_nulls(column)]
    if not len(numbers):
        return ColumnProfile(name=name)
    quantiles = np.quantile(numbers, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf")
    return ColumnProfile(
        name=name,
        edges=tuple(np.unique(quantiles).tolist()),
        low=float(numbers.min()),
        high=float(numbers.max()),
    )


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_boolean(kind))


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return numbers, or instants in microseconds, as floats; null is NaN."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64(), safe=False)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _nulls(column: pa.ChunkedArray) -> Mask:
    return np.asarray(column.is_null().to_numpy(zero_copy_only=False), bool)
