"""A small product in memory, for the tests of research."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR
from contracts.report.page import Head
from contracts.schema.columns import Column, Columns
from tests.suites.check import finite, ge, isin, le
from tests.suites.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.ports import Floats

#: The first of January 2013, five in the morning: a Tuesday.
START = 1_357_016_400_000_000
DAYS, EACH = 42, 40


def events() -> pa.Table:
    """Six weeks of events: the redder and the bigger, the likelier late; heat comes in February."""
    rng = np.random.default_rng(1)
    n = DAYS * EACH
    times = START + np.sort(rng.integers(0, DAYS * DAY, n))
    colour, size = rng.choice(["red", "green", "blue"], n), rng.random(n)
    chance = 0.1 + 0.5 * (colour == "red") * size + 0.2 * (rng.random(DAYS)[(times - START) // DAY])
    late, arrives = rng.random(n) < chance, times + 2 * HOUR
    settled = np.arange(n) % 10 > 0
    heat = np.where(np.arange(n) % 5 == 0, np.nan, 20.0 * (times > START + 31 * DAY) + size)
    return pa.table(
        {
            "id": [f"e{at:05d}" for at in range(n)],
            "key": [f"k{at % 7}" for at in range(n)],
            "time": pa.array(times, INSTANT),
            "outcome": pa.array(late.tolist(), pa.bool_(), mask=~settled),
            "arrived": pa.array(arrives, INSTANT, mask=~settled),
            "known": pa.array(times, INSTANT),
            "colour": colour.tolist(),
            "size": size,
            "heat": pa.array(heat, from_pandas=True),
        }
    )


class Frequencies:
    """Learns how often each colour was late, shrunk to the mean by ``shrink`` rows."""

    def __init__(self) -> None:
        self.seen: list[pa.Table] = []

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the rates."""
        assert seed == 0
        self.seen.append(rows)
        colour, late = np.array(rows["colour"]), np.array(rows["outcome"], np.float64)
        shrink, mean = params["shrink"], float(late.mean())
        names = np.unique(colour)
        rates = [
            (late[colour == name].sum() + shrink * mean) / ((colour == name).sum() + shrink)
            for name in names
        ]
        return Fitted(dict(zip(names.tolist(), rates, strict=True)), mean)


class Fitted:
    """Rates by colour."""

    def __init__(self, rates: dict[str, float], mean: float) -> None:
        self.rates, self.mean = rates, mean

    def predict(self, rows: pa.Table) -> Floats:
        """Return each row's rate, (n, 1)."""
        assert "outcome" not in rows.column_names
        rates = [self.rates.get(colour, self.mean) for colour in rows["colour"].to_pylist()]
        return np.array(rates)[:, None]


@pytest.fixture(scope="session")
def source() -> Memory:
    """The small product's source."""
    return Memory(events())


@pytest.fixture(scope="session")
def learners() -> type[Frequencies]:
    """A class of learners that record the rows they were fitted to."""
    return Frequencies


@pytest.fixture
def learner(learners: type[Frequencies]) -> Frequencies:
    """Such a learner, not fitted yet."""
    return learners()


@pytest.fixture(scope="session")
def target() -> Target:
    """The small product's outcome."""
    return Target(product="toy", kind="binary", labels=("in_time", "late"))


@pytest.fixture(scope="session")
def columns() -> Columns:
    """The small product's input columns."""
    return Columns(
        [
            Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
            Column(name="size", kind="float", checks=(finite(), ge(0), le(1))),
            Column(name="heat", kind="float", nullable=True, checks=(finite(),)),
        ]
    )


@pytest.fixture(scope="session")
def head() -> Callable[[str], Head]:
    """Makes the head of a task's report."""
    return lambda task: Head(product="toy", task=task, command=f"python -m research task={task}")
