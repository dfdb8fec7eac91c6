"""The kinds of causes there are in a column: that it is null, some of its values, a range of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import chi2_contingency, fisher_exact

from contracts.equivalence.report.cause import Cause, cause
from contracts.moment import iso

if TYPE_CHECKING:
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool]

#: How many values a cause names, and by how much a further one must strengthen it.
NAMED, ADDS = 4, 0.05
#: Whole numbers of no more different values than this may be meant as names: weekdays, codes.
FEW = 31


def nulls(name: str, column: pa.ChunkedArray, apart: Mask) -> Cause | None:
    """Return that a column is null, or that it is not; None where neither tells anything."""
    null = _mask(pc.is_null(column, nan_is_null=pa.types.is_floating(column.type)))
    if null.all() or not null.any():
        return None
    table = [[int((null & side).sum()), int((~null & side).sum())] for side in (apart, ~apart)]
    chance = float(fisher_exact(table).pvalue)
    missing = null[apart].mean() >= null[~apart].mean()
    words = f"{name} is {'missing' if missing else 'given'}"
    return cause(name, words, null if missing else ~null, apart, chance=chance)


def values(name: str, column: pa.ChunkedArray, apart: Mask) -> Cause | None:
    """Return the values that are more frequent among the rows apart; None for true numbers."""
    encoded = _flat(column).dictionary_encode()
    named = encoded.dictionary.to_pylist()
    if len(named) < 2 or _continuous(column.type, len(named)):
        return None
    codes = encoded.indices.fill_null(len(named)).to_numpy()
    counts = np.stack(
        [np.bincount(codes[side], minlength=len(named) + 1) for side in (apart, ~apart)]
    )
    shares = counts / counts.sum(axis=1, keepdims=True)
    excess = (shares[0] - shares[1])[: len(named)]
    taken = [at for at in np.argsort(-excess, kind="stable")[:NAMED] if excess[at] > ADDS]
    if not taken:
        return None
    chosen = [_text(named[at], column.type) for at in taken]
    words = f"{name} = {chosen[0]}" if len(chosen) == 1 else f"{name} in {', '.join(chosen)}"
    seen = counts[:, counts.sum(axis=0) > 0]
    chance = float(chi2_contingency(seen).pvalue)
    return cause(name, words, np.isin(codes, taken), apart, chance=chance)


def ranges(name: str, column: pa.ChunkedArray, apart: Mask) -> Cause | None:
    """Return the range of numbers or instants that tells the rows apart best."""
    numbers = _numbers(column)
    if numbers is None:
        return None
    given = np.flatnonzero(np.isfinite(numbers))
    sides = apart[given]
    if not 0 < int(sides.sum()) < len(sides):
        return None
    low, high, statistic = widest(numbers[given], sides)
    mask = (numbers >= low) & (numbers <= high)
    ends = (np.min(numbers[given]), np.max(numbers[given]))
    words = f"{name} {_between(low, high, ends, column.type)}"
    chance = kuiper(statistic, int(sides.sum()), int((~sides).sum()))
    return cause(name, words, mask, apart, chance=chance)


def widest(numbers: npt.NDArray[np.float64], apart: Mask) -> tuple[float, float, float]:
    """Return the ends of the range where rows apart are in excess most, and that excess.

    The excess of a range is the share of the rows apart in it less the share of the rest: the
    largest sum of neighbours, found in one pass over the sorted values (J. Kadane).

    >>> widest(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, True, False]))
    (2.0, 3.0, 1.0)
    """
    different, at = np.unique(numbers, return_inverse=True)
    weights = np.where(apart, 1 / apart.sum(), -1 / (~apart).sum())
    risen = np.concatenate([[0.0], np.cumsum(np.bincount(at, weights=weights))])
    lowest = np.minimum.accumulate(risen[:-1])
    end = int(np.argmax(risen[1:] - lowest))
    start = int(np.argmin(risen[: end + 1]))
    return float(different[start]), float(different[end]), float(risen[end + 1] - risen[start])


def kuiper(statistic: float, one: int, other: int) -> float:
    """Return how often two samples of one distribution are as far apart by Kuiper's statistic.

    It is the furthest rise plus the furthest fall of the difference of the two samples' empirical
    distributions (N. H. Kuiper, Tests concerning random points on a circle, 1960): no range has a
    larger excess. The asymptotic form is that of M. A. Stephens, Use of the Kolmogorov-Smirnov,
    Cramer-von Mises and related statistics without extensive tables, 1970; too cautious where
    values repeat.

    >>> kuiper(0.0, 100, 100), kuiper(1.0, 100, 100) < 1e-9
    (1.0, True)
    """
    root = np.sqrt(one * other / (one + other))
    scaled = (root + 0.155 + 0.24 / root) * statistic
    if scaled < 0.4:  # where the series does not converge, the chance is one to seven digits
        return 1.0
    terms = (np.arange(1, 101) * scaled) ** 2
    return float(np.clip(2 * np.sum((4 * terms - 1) * np.exp(-2 * terms)), 0, 1))


def _flat(column: pa.ChunkedArray) -> Any:
    whole = column.combine_chunks()
    return whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole


def _mask(column: pa.ChunkedArray) -> Mask:
    return np.asarray(column.to_numpy(), np.bool)


def _continuous(kind: pa.DataType, different: int) -> bool:
    """Return whether values are measured, not named: where a single one says nothing."""
    if pa.types.is_floating(kind) or pa.types.is_temporal(kind):
        return True
    return pa.types.is_integer(kind) and different > FEW


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64] | None:
    kind = column.type
    if pa.types.is_temporal(kind):
        column = column.cast(pa.timestamp("us", getattr(kind, "tz", None))).cast(pa.int64())
    elif not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        return None
    return np.asarray(column.cast(pa.float64()).fill_null(np.nan).to_numpy(), np.float64)


def _between(low: float, high: float, ends: tuple[float, float], kind: pa.DataType) -> str:
    if low == high:
        return f"= {_number(low, kind)}"
    if high == ends[1]:
        return f"≥ {_number(low, kind)}"
    if low == ends[0]:
        return f"≤ {_number(high, kind)}"
    return f"from {_number(low, kind)} to {_number(high, kind)}"


def _number(value: float, kind: pa.DataType) -> str:
    if pa.types.is_temporal(kind):
        return iso(int(value))[: 10 if pa.types.is_date(kind) else None]
    return f"{int(value)}" if pa.types.is_integer(kind) else f"{value:.6g}"


def _text(value: Any, kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return str(value).lower()
    return str(value) or "''"
