"""Two products of other kinds, as a user's package would define them, each with two sides.

Skies: which of three it will be, by the wind; others occur. Research's models know the labels of
their training window alone, and name them; production's have a column for each of the contract's.

Amounts: around a million, with heavy tails. The sides add up the same numbers in another order.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats

STATE = "state.json"
SKIES = ("fair", "murky", "wet")


class Means:
    """One row of numbers for calm and one for wind."""

    def __init__(self, values: Floats) -> None:
        self.values = values

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's numbers, (n, k)."""
        return self.values[(rows["wind"].to_numpy() > 0.5).astype(int)]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return one record's numbers."""
        return tuple(self.values[int(record.wind > 0.5)].tolist())

    def write(self, folder: Path) -> None:
        """Write the numbers."""
        (folder / STATE).write_text(json.dumps(self.values.tolist()))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the numbers."""
        return cls(np.array(json.loads((folder / STATE).read_text())))


class EveryShare(Means):
    """The shares of all labels of the contract, in its order."""


class Shares(Means):
    """The shares of the labels that a training window had, by their names."""

    def __init__(self, values: Floats, labels: tuple[str, ...]) -> None:
        super().__init__(values)
        self.labels = labels

    def write(self, folder: Path) -> None:
        """Write shares and labels."""
        (folder / STATE).write_text(json.dumps([self.values.tolist(), self.labels]))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read shares and labels."""
        values, labels = json.loads((folder / STATE).read_text())
        return cls(np.array(values), tuple(labels))


def _divided(rows: pa.Table) -> list[list[Any]]:
    """Return the outcomes of calm and of windy rows."""
    pairs = list(zip(rows["wind"].to_pylist(), rows["outcome"].to_pylist(), strict=True))
    calm = [outcome for wind, outcome in pairs if wind <= 0.5]
    return [calm, [outcome for wind, outcome in pairs if wind > 0.5]]


class SkiesSolution:
    """Research's learner: its classes are those of its rows, sorted."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Shares:  # noqa: ARG002
        """Return the shares of the labels in rows."""
        labels = tuple(sorted({*rows["outcome"].to_pylist()}))
        shares = [[part.count(each) / len(part) for each in labels] for part in _divided(rows)]
        return Shares(np.array(shares), labels)


class SkiesImplementation:
    """Production's learner: its columns are the contract's."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> EveryShare:  # noqa: ARG002
        """Return the shares of the contract's labels."""
        shares = [[part.count(each) / len(part) for each in SKIES] for part in _divided(rows)]
        return EveryShare(np.array(shares))


class AmountsSolution:
    """Research's learner: the mean of calm and of windy rows."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Means:  # noqa: ARG002
        """Return the means of rows."""
        return Means(np.array([[np.mean(part)] for part in _divided(rows)]))


class AmountsImplementation:
    """Production's learner: the same means, added up one by one from the last."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Means:  # noqa: ARG002
        """Return the means of rows."""
        return Means(np.array([[sum(reversed(part)) / len(part)] for part in _divided(rows)]))
