"""The events that are explored, as arrays: fetched once, as known at the end of their window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.events import STANDARD, fetch_checked
from contracts.data.outcomes import numeric_outcomes
from contracts.data.rows import instants
from contracts.errors import DataError, did_you_mean
from contracts.kind import Predicted
from contracts.moment import MINUTE, iso
from contracts.ports import ARRIVED, OUTCOME, TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from contracts.ports import Floats, Source

    Mask = npt.NDArray[np.bool_]

#: A number with so few different values is shown value by value.
FEW = 12


class ExploredEvents(msgspec.Struct, frozen=True, kw_only=True):
    """The n events of a window with their features, and the outcomes of those that have one.

    Args:
        table: All events, as the source gave them.
        target: What the outcome is.
        inputs: The names of the features.
        times: The time of each event, microseconds, (n,).
        known: Which events have an outcome, (n,).
        y: The outcomes of those, as numbers.
    """

    table: pa.Table
    target: Predicted
    inputs: tuple[str, ...]
    times: Any
    known: Any
    y: Any

    def is_number(self, name: str) -> bool:
        """Return whether a feature holds numbers."""
        kind = self.table[name].type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def is_categorical(self, name: str) -> bool:
        """Return whether a feature is shown value by value."""
        return not self.is_number(name) or len(self.table[name].unique()) <= FEW

    def texts(self, name: str) -> npt.NDArray[np.object_]:
        """Return the values of a feature as text, ``None`` where missing, (n,)."""
        column = self.table[name]
        if pa.types.is_floating(column.type):
            whole = pc.equal(column, pc.floor(column))
            if pc.all(pc.and_(whole, pc.less(pc.abs(column), 2.0**63))).as_py():
                column = column.cast(pa.int64())
        return np.asarray(column.cast(pa.string()).to_pylist(), dtype=object)

    def values(self, name: str) -> Floats:
        """Return the values of a feature of numbers, NaN where missing, (n,)."""
        return np.asarray(self.table[name].cast(pa.float64(), safe=False).to_numpy(), np.float64)

    def missing(self, name: str) -> Mask:
        """Return which events have no value of a feature, (n,)."""
        return np.asarray(self.table[name].is_null().to_numpy(), np.bool_)

    def lags(self) -> Floats:
        """Return the minutes from each event that has an outcome to its arrival."""
        arrived = instants(pc.drop_null(self.table[ARRIVED]))
        return np.asarray((arrived - self.times[self.known]) / MINUTE, np.float64)

    def quantities(self) -> dict[str, Floats]:
        """Return what is averaged over a period, by name: a 0/1 array per label, or the value.

        Of a binary product, the positive label only.
        """
        labels = self.target.labels
        if self.target.kind == "binary":
            return {str(labels[1]): self.y}
        if self.target.kind == "multiclass":
            return {str(each): (self.y == at).astype(np.float64) for at, each in enumerate(labels)}
        return {"mean": self.y}

    def groups(self) -> dict[str, Mask]:
        """Return the groups that features are compared by: labels, or thirds of the values."""
        y = self.y
        if self.target.kind != "regression":
            return {str(label): y == at for at, label in enumerate(self.target.labels)}
        low, high = np.quantile(y, [1 / 3, 2 / 3])
        return {"lowest third": y <= low, "middle": (y > low) & (y <= high), "highest": y > high}


def explored_events(
    source: Source, *, target: Predicted, start: int, end: int, inputs: Sequence[str] | None
) -> ExploredEvents:
    """Return the events of a window as known at its end.

    Raises:
        DataError: The window is empty, or a named input is not among the source's columns.
        LeakError: The source hands over more than was known at the window's end.
    """
    table = fetch_checked(source, start, end, known_by=end)
    if not table.num_rows:
        raise DataError(f"no events from {iso(start)} to {iso(end)}", hint="widen the window")
    features = [name for name in table.column_names if name not in STANDARD]
    for name in inputs or ():
        if name not in features:
            raise DataError(
                f"no input {name!r}{did_you_mean(name, features)}", hint=f"inputs: {features}"
            )
    return ExploredEvents(
        table=table,
        target=target,
        inputs=tuple(inputs or features),
        times=instants(table[TIME]),
        known=np.asarray(table[OUTCOME].is_valid().to_numpy(), np.bool_),
        y=numeric_outcomes(target, table[OUTCOME].drop_null()),
    )


def most_frequent(values: npt.NDArray[np.str_], top: int) -> npt.NDArray[np.str_]:
    """Return the most frequent of some values, at most so many, the first of a tie."""
    names, counts = np.unique(values, return_counts=True)
    return names[np.argsort(-counts, kind="stable")][:top]
