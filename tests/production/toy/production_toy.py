"""A product as a user's package would define it: a small learner, faulty models, and selectors.

A model predicts how often each colour is late; that changes as weeks go by.
"""

from __future__ import annotations

import json
import os
import signal
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from production.selectors.port import Choice, Split, only

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats
    from production.metrics import Runtime

COLOURS = ("red", "green", "blue")
#: As many rows as the golden set has.
FEW = 30


class Rates:
    """The rate of each colour, none of them 0 or 1."""

    def __init__(self, rates: Floats) -> None:
        self.rates = rates

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's rate, (n, 1)."""
        at = [COLOURS.index(colour) for colour in rows["colour"].to_pylist()]
        return self.rates[np.array(at, np.intp)][:, None]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return one record's rate."""
        return (float(self.rates[COLOURS.index(record.colour)]),)

    def write(self, folder: Path) -> None:
        """Write the rates."""
        (folder / "rates.json").write_text(json.dumps(self.rates.tolist()))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the rates."""
        return cls(np.array(json.loads((folder / "rates.json").read_text())))


class Brittle(Rates):
    """Raises on sizes above .9 once it serves more rows than a golden set has."""

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's rate, (n, 1)."""
        sizes = rows["size"].to_numpy(zero_copy_only=False)
        if len(sizes) != FEW and (np.nan_to_num(sizes) > 0.9).any():
            raise ValueError("too large for me")
        return super().predict(rows)


class Rounded(Rates):
    """Reads back another model than it wrote."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the rates, rounded."""
        return cls(super().read(folder).rates.round(1))


class Unreadable(Rates):
    """Cannot be read back."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Fail as a parser does."""
        raise ZeroDivisionError(folder.name)


class Dies(Rates):
    """Ends its process while it is read, as a parser in C may."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """End the process."""
        os.kill(os.getpid(), signal.SIGSEGV)
        return super().read(folder)


class Leaves(Rates):
    """Exits while it is read."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Exit."""
        raise SystemExit(3 if folder else 0)


class Spins(Rates):
    """Never returns, and computes all the time."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Compute without end."""
        while folder:
            pass
        return super().read(folder)


class Sleeps(Rates):
    """Never returns, and does nothing."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Wait for a lock that nobody releases."""
        lock = Lock()
        with lock:
            lock.acquire()
        return super().read(folder)


class Hoards(Rates):
    """Takes all memory."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Take a terabyte."""
        return cls(np.ones(2**37) if folder else np.ones(3))


class Talks(Rates):
    """Prints while it is read."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Print, through Python and past it."""
        print("ready")  # noqa: T201
        os.write(1, b"{}")
        return super().read(folder)


class Fails(Rates):
    """Fails to predict more rows than a few."""

    def predict(self, rows: pa.Table) -> Floats:
        """Fail, unless the rows are few, as golden ones are."""
        if rows.num_rows > FEW:
            raise FloatingPointError("overflow")
        return super().predict(rows)


class Learner:
    """Fits rates, and records the rows of each fit.

    Args:
        worsens: From this fit on, counted from 1, it learns the opposite.
        breaks: From this fit on it predicts numbers above 1.
        fails: From this fit on its models fail to predict.
        raises: From this fit on it raises.
        biased: From this fit on each rate is a fiftieth too high, as far as there is room.
        seconds: How long a fit takes besides.
    """

    def __init__(
        self,
        *,
        worsens: int = 0,
        breaks: int = 0,
        fails: int = 0,
        raises: int = 0,
        biased: int = 0,
        seconds: float = 0.0,
    ) -> None:
        self.fits, self._worsens, self._breaks = 0, worsens, breaks
        self._fails, self._raises, self._biased = fails, raises, biased
        self._seconds = seconds
        self.seen: list[pa.Table] = []

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Rates:  # noqa: ARG002
        """Return the rates of rows."""
        self.fits += 1
        self.seen.append(rows)
        sleep(self._seconds)
        if self._raises and self.fits >= self._raises:
            raise MemoryError("too many rows")
        late = np.array(rows["outcome"].to_pylist(), float)
        colours = np.array(rows["colour"].to_pylist())
        rates = [
            (late[colours == name].sum() + 1) / ((colours == name).sum() + 2) for name in COLOURS
        ]
        if self._worsens and self.fits >= self._worsens:
            rates = [1 - rate for rate in rates]
        if self._biased and self.fits >= self._biased:
            rates = [min(rate + 0.02, 0.99) for rate in rates]
        if self._breaks and self.fits >= self._breaks:
            rates = [rate + 1 for rate in rates]
        kind = Fails if self._fails and self.fits >= self._fails else Rates
        return kind(np.array(rates))


class Tally(Rates):
    """The rate of each colour, with the counts that it goes on from."""

    def __init__(self, late: Floats, seen: Floats) -> None:
        super().__init__((late + 1) / (seen + 2))
        self.late, self.seen = late, seen

    def write(self, folder: Path) -> None:
        """Write the counts."""
        counts = [self.late.tolist(), self.seen.tolist()]
        (folder / "counts.json").write_text(json.dumps(counts))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the counts."""
        return cls(*map(np.array, json.loads((folder / "counts.json").read_text())))


class TallyLearner:
    """Counts rows, and goes on counting: it predicts as if it had seen all rows at once."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Tally:  # noqa: ARG002
        """Return the counts of rows."""
        return self.resume(Tally(np.zeros(3), np.zeros(3)), rows)

    def resume(self, model: Tally, rows: pa.Table) -> Tally:
        """Return the counts of rows beside those of a model."""
        late = np.array(rows["outcome"].to_pylist(), float)
        at = np.array([COLOURS.index(colour) for colour in rows["colour"].to_pylist()], np.intp)
        return Tally(
            model.late + np.bincount(at, late, minlength=3),
            model.seen + np.bincount(at, minlength=3),
        )


class RecentLearner:
    """Learns the last share of the rows: what it takes for its parameter decides how good it is."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Rates:  # noqa: ARG002
        """Return the rates of the last rows; there are none of a share above .9."""
        share = params.get("share", 1.0)
        if 0.9 < share < 1:
            raise ValueError("so many rows cannot be learned")
        few = max(1, int(rows.num_rows * share))
        tally = TallyLearner().resume(Tally(np.zeros(3), np.zeros(3)), rows.slice(len(rows) - few))
        return Rates((tally.late + 1) / (tally.seen + 2))


class Halves:
    """A selector that gives every arm the same share."""

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:  # noqa: ARG002
        """Return equal shares."""
        return Split(shares={each: 1 / len(choice.arms) for each in choice.arms})


class Raises:
    """A selector that fails."""

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:
        """Fail."""
        raise KeyError(choice.champion.release, runtime)


class Strange:
    """A selector that returns an arm of no manifest."""

    def __call__(self, choice: Choice, runtime: Runtime | None) -> Split:  # noqa: ARG002
        """Return an unknown arm."""
        return only("nobody")
