"""Small products as a user's package would define them: sources, models, faulty models, a clause.

A model predicts the mean outcome of a cell; a cell is a colour and a tenth of size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease, Result

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.equivalence.case import Case
    from contracts.ports import Floats

DAY = 86_400_000_000
HOUR = DAY // 24
DAYS, PER_DAY, CUT = 40, 60, 30
COLOURS = ("red", "green", "blue")


class Events:
    """Forty days of events, always the same."""

    def __init__(self, kind: str = "binary", *, leak: bool = False, spoilt: bool = False) -> None:
        self.kind = kind
        self.leak = leak
        self.spoilt = spoilt

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window as known by a moment."""
        table = _events(self.kind)
        late = pc.greater_equal(table["arrived"].cast(pa.int64()), known_by)
        if not self.leak:
            for name in ("outcome", "arrived"):
                column = pc.if_else(late, pa.scalar(None, table[name].type), table[name])
                table = table.set_column(table.column_names.index(name), name, column)
        if self.spoilt:
            table = table.set_column(7, "size", pc.add(table["size"], 5.0))
        times = table["time"].cast(pa.int64())
        return table.filter(pc.and_(pc.greater_equal(times, start), pc.less(times, end)))


class Nothing(Events):
    """A source without data."""

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return no event."""
        return super().window(start, end, known_by=known_by).slice(0, 0)


@cache
def _events(kind: str) -> pa.Table:
    rng = np.random.default_rng(7)
    n = DAYS * PER_DAY
    times = np.repeat(np.arange(DAYS) * DAY, PER_DAY) + np.tile(
        np.arange(PER_DAY) * (DAY // PER_DAY), DAYS
    )
    colour = rng.integers(0, 3, n)
    size = rng.uniform(0, 1, n)
    score = 3 * size + colour - 2.5 + 0.2 * rng.normal(size=n)
    outcomes = {
        "binary": pa.array(rng.uniform(size=n) < 1 / (1 + np.exp(-score))),
        "multiclass": pa.array(np.array(["low", "mid", "high"])[np.digitize(score, [-1.0, 0.5])]),
        "regression": pa.array(score),
    }
    instants = pa.timestamp("us", "UTC")
    return pa.table(
        {
            "id": [f"e{i}" for i in range(n)],
            "key": [f"k{i % 9}" for i in range(n)],
            "time": pa.array(times).cast(instants),
            "outcome": outcomes[kind],
            "arrived": pa.array(times + 3 * HOUR).cast(instants),
            "known": pa.array(times).cast(instants),
            "colour": np.array(COLOURS)[colour],
            "size": pa.array(size, mask=rng.uniform(size=n) < 0.05),
        }
    )


def _cells(rows: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    colours = np.array([COLOURS.index(colour) for colour in rows["colour"].to_pylist()], np.int64)
    sizes = rows["size"].fill_null(1.05).to_numpy()
    return colours * 11 + (sizes * 10).astype(np.int64)


class Cells:
    """The mean outcome of each cell: a correct model."""

    def __init__(self, means: Floats) -> None:
        self.means = means

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's cell's mean."""
        return self.means[_cells(rows)]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return one record's cell's mean."""
        rows = pa.table({"colour": [record.colour], "size": pa.array([record.size], pa.float64())})
        return tuple(self.predict(rows)[0].tolist())

    def write(self, folder: Path) -> None:
        """Write the means."""
        (folder / "means.json").write_text(json.dumps(self.means.tolist()))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the means."""
        return cls(np.array(json.loads((folder / "means.json").read_text())))


class Swapped(Cells):
    """Swaps the two labels."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return the chance of the other label."""
        return 1 - super().predict(rows)


class Stretched(Cells):
    """Predicts beyond the range of a probability."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return chances some of which are above one."""
        return super().predict(rows) * 1.5


class Flat(Cells):
    """Another model, which uses the colour only."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return the mean of the colour's cells."""
        return self.means.reshape(3, 11, -1).mean(axis=1)[_cells(rows) // 11]


class Forgetful(Cells):
    """Is correct until it is written and read back."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the means rounded to whole numbers."""
        return cls(super().read(folder).means.round())


class Narrow(Cells):
    """Returns (n,) instead of (n, k)."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's cell's mean without its column."""
        return super().predict(rows)[:, 0]


class Blind(Cells):
    """Takes blue for red."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's cell's mean, the blue ones' from the red cells."""
        cells = _cells(rows)
        return self.means[np.where(cells < 22, cells, cells - 22)]


class Unknowing(Cells):
    """Predicts NaN for some rows."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return NaN for the red rows."""
        red = (_cells(rows) < 11)[:, None]
        return np.where(red, np.nan, super().predict(rows))


MODELS: dict[str, type[Cells]] = {
    kind.__name__.lower(): kind
    for kind in (Cells, Swapped, Stretched, Flat, Forgetful, Narrow, Blind, Unknowing)
}


class Learner:
    """Fits cells, and counts its fits."""

    def __init__(self, kind: str = "binary", model: str = "cells", prior: float = 1.0) -> None:
        self.kind = kind
        self.model = MODELS[model]
        self.prior = prior
        self.fits = 0

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Cells:  # noqa: ARG002
        """Return the means of cells, shrunk to the mean of all rows by ``prior`` rows."""
        self.fits += 1
        cells, y = _cells(rows), self._columns(rows["outcome"])
        counts = np.bincount(cells, minlength=33)[:, None] + self.prior
        sums = np.stack([np.bincount(cells, weights=c, minlength=33) for c in y.T], axis=1)
        return self.model((sums + self.prior * y.mean(axis=0)) / counts)

    def _columns(self, outcome: pa.ChunkedArray) -> Floats:
        if self.kind == "multiclass":
            values = np.array(outcome.to_pylist())
            return np.stack([values == label for label in ("low", "mid", "high")], 1).astype(float)
        return outcome.cast(pa.float64()).to_numpy()[:, None]


class Unmade:
    """Cannot be instantiated."""

    def __init__(self) -> None:
        raise RuntimeError("no licence")


class Segmented(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clause that is judged segment by segment, and fails for those listed as broken."""

    segments: tuple[str, ...]
    broken: tuple[str, ...] = ()

    name: ClassVar[str] = "segmented"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded",)
    eases: ClassVar[Mapping[str, Ease]] = {}

    def parts(self, contract: Contract) -> Mapping[str, Segmented]:
        """Return one clause a segment, named by the contract's first column."""
        column = contract.inputs[0]
        return {
            f"{column}={each}": Segmented(segments=(each,), broken=self.broken)
            for each in self.segments
        }

    def __call__(self, _case: Case) -> Result:
        """Return the result of the only segment."""
        (segment,) = self.segments
        broken = segment in self.broken
        return Result(
            status="different" if broken else "equivalent",
            message=f"{segment} is {'broken' if broken else 'whole'}",
        )
