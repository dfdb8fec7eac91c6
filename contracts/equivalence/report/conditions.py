"""What distinguishes some rows from the others: conditions on columns that they satisfy.

The strength of a condition is the share of the distinguished rows that satisfy it, less the share
of the others that do: 1 if it tells the two apart without a mistake, 0 if it says nothing. The
conditions on a column are that it is missing, that it has one of a few values, and, for numbers and
instants, that it lies in a range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.moment import iso

if TYPE_CHECKING:
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool]

#: A condition that is weaker is not worth reading, nor is one that chance gives more often.
WEAKEST, CHANCE = 0.1, 0.01
#: How many conditions are listed, and how many are combined.
LISTED, COMBINED = 8, 3
#: A further condition may lose the share LOST of the distinguished rows if it excludes EXCLUDED of
#: the others; one that loses no more than NONE of them needs to exclude nothing in particular.
LOST, EXCLUDED, NONE = 0.1, 0.3, 0.01
#: How many values a condition names, and by how much a further one must strengthen it.
NAMED, ADDS = 4, 0.05
#: Integers with no more different values than this may be names: weekdays, codes.
FEW = 31


class ColumnCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition on one column, and how many rows satisfy it.

    Attributes:
        column: The column's name.
        text: The condition: ``carrier = UA``.
        among: The share of the distinguished rows that satisfy it.
        elsewhere: The share of the others that do.
        chance: How often randomly drawn rows would give a condition of this kind as strong.
        mask: Which rows satisfy it, (n,).
    """

    column: str
    text: str
    among: float
    elsewhere: float
    chance: float
    mask: Any

    @property
    def strength(self) -> float:
        """The share among the distinguished rows less the share among the others."""
        return self.among - self.elsewhere

    @property
    def lift(self) -> float:
        """How many times as frequent it is among the distinguished rows; may be infinite."""
        return self.among / self.elsewhere if self.elsewhere else float("inf")


class CombinedCondition(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that hold together.

    Attributes:
        conditions: The conditions.
        covered: The share of the distinguished rows that satisfy all of them.
        elsewhere: The share of the others that do.
        precision: The share of the rows which satisfy them that are distinguished rows.
    """

    conditions: tuple[ColumnCondition, ...]
    covered: float
    elsewhere: float
    precision: float

    @property
    def text(self) -> str:
        """The conditions, joined: ``carrier = UA and month in 3, 4``."""
        return " and ".join(condition.text for condition in self.conditions)

    @property
    def data(self) -> dict[str, Any]:
        """What report.json says of it."""
        return {
            "words": self.text,
            "covered": self.covered,
            "elsewhere": self.elsewhere,
            "precision": self.precision,
        }


def find_conditions(rows: pa.Table, chosen: Mask) -> tuple[ColumnCondition, ...]:
    """Return the conditions that distinguish some rows, the strongest first, at most one a column.

    Args:
        rows: n rows of any columns.
        chosen: Which of them are to be distinguished from the others, (n,).
    """
    if not 0 < int(chosen.sum()) < len(chosen):
        return ()
    best = [_strongest(name, rows[name], chosen) for name in rows.column_names]
    # The more columns are examined, the more often chance gives one a strong condition.
    credible = [each for each in best if each and each.chance * rows.num_columns <= CHANCE]
    return tuple(sorted(credible, key=lambda condition: -condition.strength)[:LISTED])


def combine_conditions(rows: pa.Table, chosen: Mask) -> CombinedCondition | None:
    """Return the few conditions that distinguish some rows together; None if none does.

    Begins with the strongest condition, and adds the one that is strongest among the rows left.
    """
    conditions: list[ColumnCondition] = []
    inside = np.ones(len(chosen), np.bool)
    while len(conditions) < COMBINED:
        places = np.flatnonzero(inside)
        strongest = next(iter(find_conditions(rows.take(places), chosen[places])), None)
        if strongest is None or (conditions and not _worth_adding(strongest)):
            break
        conditions.append(strongest)
        inside[places] = strongest.mask
    if not conditions:
        return None
    return CombinedCondition(
        conditions=tuple(conditions),
        covered=float(inside[chosen].mean()),
        elsewhere=float(inside[~chosen].mean()),
        precision=float(chosen[inside].mean()),
    )


def _worth_adding(condition: ColumnCondition) -> bool:
    excludes = condition.among >= 1 - LOST and condition.elsewhere <= 1 - EXCLUDED
    return excludes or condition.among >= 1 - NONE


def _strongest(name: str, column: pa.ChunkedArray, chosen: Mask) -> ColumnCondition | None:
    conditions = [find(name, column, chosen) for find in (_missing, _values, _range)]
    strong = [each for each in conditions if each is not None and each.strength >= WEAKEST]
    return max(strong, key=lambda condition: condition.strength, default=None)


def _condition(name: str, text: str, mask: Mask, chosen: Mask, *, chance: float) -> ColumnCondition:
    """Return a condition that the rows of a mask satisfy."""
    return ColumnCondition(
        column=name,
        text=f"{name} {text}",
        among=float(mask[chosen].mean()),
        elsewhere=float(mask[~chosen].mean()),
        chance=chance,
        mask=mask,
    )


def _missing(name: str, column: pa.ChunkedArray, chosen: Mask) -> ColumnCondition | None:
    """Return that a column is missing, or that it is not; None if all or no rows miss it."""
    null = pc.is_null(column, nan_is_null=pa.types.is_floating(column.type))
    mask = np.asarray(null.to_numpy(), np.bool)
    if mask.all() or not mask.any():
        return None
    from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to load, seldom called

    table = [[int((mask & side).sum()), int((~mask & side).sum())] for side in (chosen, ~chosen)]
    chance = float(fisher_exact(table).pvalue)
    if mask[chosen].mean() >= mask[~chosen].mean():
        return _condition(name, "is missing", mask, chosen, chance=chance)
    return _condition(name, "is given", ~mask, chosen, chance=chance)


def _values(name: str, column: pa.ChunkedArray, chosen: Mask) -> ColumnCondition | None:
    """Return the values that are more frequent among the chosen rows; None for measurements."""
    whole = column.combine_chunks()
    whole = whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole
    encoded = whole.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    if len(values) < 2 or _measured(column.type, len(values)):
        return None
    codes = encoded.indices.fill_null(len(values)).to_numpy()
    counts = np.stack(
        [np.bincount(codes[side], minlength=len(values) + 1) for side in (chosen, ~chosen)]
    )
    shares = counts / counts.sum(axis=1, keepdims=True)
    excess = (shares[0] - shares[1])[: len(values)]
    taken = [at for at in np.argsort(-excess, kind="stable")[:NAMED] if excess[at] > ADDS]
    if not taken:
        return None
    texts = [_value_text(values[at], column.type) for at in taken]
    text = f"= {texts[0]}" if len(texts) == 1 else f"in {', '.join(texts)}"
    from scipy.stats import chi2_contingency  # noqa: PLC0415 - slow to load, seldom called

    present = counts[:, counts.sum(axis=0) > 0]
    chance = float(chi2_contingency(present).pvalue)
    return _condition(name, text, np.isin(codes, taken), chosen, chance=chance)


def _range(name: str, column: pa.ChunkedArray, chosen: Mask) -> ColumnCondition | None:
    """Return the range of numbers or instants that distinguishes the chosen rows best."""
    numbers = _numbers(column)
    if numbers is None:
        return None
    given = np.flatnonzero(np.isfinite(numbers))
    sides = chosen[given]
    if not 0 < int(sides.sum()) < len(sides):
        return None
    low, high, excess = largest_excess(numbers[given], sides)
    chance = kuiper(excess, int(sides.sum()), int((~sides).sum()))
    mask = (numbers >= low) & (numbers <= high)
    if low == high:
        text = f"= {_number_text(low, column.type)}"
    elif high == np.max(numbers[given]):
        text = f"≥ {_number_text(low, column.type)}"
    elif low == np.min(numbers[given]):
        text = f"≤ {_number_text(high, column.type)}"
    else:
        text = f"from {_number_text(low, column.type)} to {_number_text(high, column.type)}"
    return _condition(name, text, mask, chosen, chance=chance)


def largest_excess(numbers: npt.NDArray[np.float64], chosen: Mask) -> tuple[float, float, float]:
    """Return the ends of the range in which chosen rows are in excess most, and that excess.

    The excess of a range is the share of the chosen rows in it less the share of the others: the
    largest sum of neighbours, found in one pass over the sorted values (J. Kadane).

    >>> largest_excess(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, True, False]))
    (2.0, 3.0, 1.0)
    """
    different, at = np.unique(numbers, return_inverse=True)
    weights = np.where(chosen, 1 / chosen.sum(), -1 / (~chosen).sum())
    sums = np.concatenate([[0.0], np.cumsum(np.bincount(at, weights=weights))])
    lowest = np.minimum.accumulate(sums[:-1])
    end = int(np.argmax(sums[1:] - lowest))
    start = int(np.argmin(sums[: end + 1]))
    return float(different[start]), float(different[end]), float(sums[end + 1] - sums[start])


def kuiper(statistic: float, one: int, other: int) -> float:
    """Return how often two samples of one distribution differ as much by Kuiper's statistic.

    It is the largest rise plus the largest fall of the difference of the two samples' empirical
    distributions (N. H. Kuiper, Tests concerning random points on a circle, 1960): no range has a
    larger excess. The asymptotic form is that of M. A. Stephens, Use of the Kolmogorov-Smirnov,
    Cramer-von Mises and related statistics without extensive tables, 1970; too cautious if values
    repeat.

    >>> kuiper(0.0, 100, 100), kuiper(1.0, 100, 100) < 1e-9
    (1.0, True)
    """
    root = np.sqrt(one * other / (one + other))
    scaled = (root + 0.155 + 0.24 / root) * statistic
    if scaled < 0.4:  # where the series does not converge, the chance is one to seven digits
        return 1.0
    terms = (np.arange(1, 101) * scaled) ** 2
    return float(np.clip(2 * np.sum((4 * terms - 1) * np.exp(-2 * terms)), 0, 1))


def _measured(kind: pa.DataType, different: int) -> bool:
    """Return whether values are measurements, of which a single one says nothing, not names."""
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


def _number_text(value: float, kind: pa.DataType) -> str:
    if pa.types.is_temporal(kind):
        return iso(int(value))[: 10 if pa.types.is_date(kind) else None]
    return f"{int(value)}" if pa.types.is_integer(kind) else f"{value:.6g}"


def _value_text(value: Any, kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return str(value).lower()
    return str(value) or "''"
