"""Four months of parcels out of five depots, and which came late: always the same."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.moment import DAY, HOUR, instant
from contracts.schema.columns import Column, Columns
from tests.suites.check import finite, ge, gt, isin, le, lt

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants

START = instant("2024-01-15T00:00:00Z")
DAYS, PER_DAY = 120, 60
#: The contract lists a carrier that has not driven yet.
CARRIERS = ("albatross", "bison", "comet", "dart", "ferry")
DEPOTS = ("east", "harbour", "north", "south", "west")
COLUMNS = Columns(
    [
        Column(
            name="leaves",
            kind="datetime",
            checks=(ge("2024-01-01T00:00:00Z"), lt("2025-01-01T00:00:00Z")),
        ),
        Column(name="carrier", kind="category", checks=(isin(CARRIERS),)),
        Column(name="depot", kind="category", checks=(isin(DEPOTS),)),
        Column(name="distance", kind="float", checks=(finite(), ge(0), le(2000))),
        Column(name="weight", kind="float", nullable=True, checks=(finite(), gt(0), le(40))),
    ]
)
INSTANT = pa.timestamp("us", "UTC")
ROWS = pa.schema(
    {
        "leaves": INSTANT,
        "carrier": pa.string(),
        "depot": pa.string(),
        "distance": pa.float64(),
        "weight": pa.float64(),
    }
)


class Parcels:
    """The source, which always returns the same."""

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the parcels of a window as known by a moment."""
        table = _parcels()
        late = pc.greater_equal(table["arrived"].cast(pa.int64()), known_by)
        for name in ("outcome", "arrived"):
            column = pc.if_else(late, pa.scalar(None, table[name].type), table[name])
            table = table.set_column(table.column_names.index(name), name, column)
        times = table["time"].cast(pa.int64())
        return table.filter(pc.and_(pc.greater_equal(times, start), pc.less(times, end)))


@cache
def _parcels() -> pa.Table:
    rng = np.random.default_rng(11)
    n = DAYS * PER_DAY
    day = np.repeat(np.arange(DAYS), PER_DAY)
    times = np.sort(START + day * DAY + rng.integers(3 * HOUR, 22 * HOUR, n))
    carrier = rng.choice(4, n, p=[0.5, 0.3, 0.14, 0.06])
    depot = rng.integers(0, 5, n)
    distance = rng.gamma(3.0, 120.0, n).clip(1, 2000).round(1)
    # Who sends fills a parcel up to the price of a heavy one.
    weight = np.where(rng.uniform(size=n) < 0.03, 19.9, rng.uniform(0.1, 40.0, n).round(1))
    late = _chance(
        hour=(times // HOUR + 1) % 24,
        carrier=carrier,
        depot=depot,
        distance=distance,
        weight=weight,
        day=rng.normal(0, 0.4, DAYS)[day],
    )
    return pa.table(
        {
            "id": [f"p{i}" for i in range(n)],
            "key": [f"k{i % 97}" for i in range(n)],
            "time": pa.array(times).cast(INSTANT),
            "outcome": pa.array(rng.uniform(size=n) < late),
            "arrived": pa.array(times + 5 * HOUR).cast(INSTANT),
            "known": pa.array(times).cast(INSTANT),
            "leaves": pa.array(times).cast(INSTANT),
            "carrier": np.array(CARRIERS)[carrier],
            "depot": np.array(DEPOTS)[depot],
            "distance": distance,
            "weight": pa.array(weight, mask=rng.uniform(size=n) < 0.08),
        }
    )


def _chance(*, hour: Instants, carrier: Instants, depot: Instants, **numbers: Floats) -> Floats:
    """Return each parcel's probability to be late; the parcels of a day share an effect."""
    distance, weight, day = (numbers[name] for name in ("distance", "weight", "day"))
    rush = 0.9 * np.isin(hour, (7, 8, 16, 17, 18))
    score = np.array([0.0, 0.7, -0.6, 0.4])[carrier] + np.array([0.3, -0.5, 0.9, -0.8, 0.2])[depot]
    score += rush + 0.003 * (distance - 360) + 0.8 * (weight >= 19.9) + day - 1.2
    chance: Floats = 1 / (1 + np.exp(-score))
    return chance
