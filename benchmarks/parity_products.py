"""The products of `benchmarks/parity.py`: flights, and a regression that hardly ever moves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from benchmarks.parity_moves import IMPLEMENTATION, LABELS, Move, drawn, replaced
from contracts.config import compose, settings
from contracts.config.product import Side
from contracts.contract.terms import ClauseTerm
from contracts.data.baseline import YesterdaysRate
from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR
from production.assembly.product import OpenProduct
from production.backtest.history import read_history
from production.settings import Production

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

ROOT = Path(__file__).parents[1]
#: The rules of the gate are left out: what moves the model has to be promoted, to be seen.
WORDS = (
    "lifecycle=dual",
    "parity=sampled",
    "parity.share=1",
    "gate.history=null",
    "gate.margin=null",
    "gate.step=null",
    "gate.alarm=null",
)
#: Days of history before the regression's first training, days in all, and events a day.
BEFORE, DAYS, EACH = 12, 48, 300


class WatchedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What parity watches.

    Attributes:
        name: Its name.
        config: Its configuration.
        product: The product.
        events: All its events.
        refresh: How often it is trained, microseconds.
        moves: What can move, by kind and name.
    """

    name: str
    config: Production
    product: OpenProduct
    events: pa.Table
    refresh: int
    moves: dict[str, dict[str, Move]]


def flights() -> WatchedProduct:
    """Return the flights, refreshed weekly from three weeks."""
    words = [*WORDS, "strategy.window=21d", "product=flights"]
    config = settings(compose("production", words), Production)
    history = read_history(config)
    data = {
        "another mix of carriers": _where(0.7, "carrier", lambda _: "UA"),
        "kilometres for miles": _where(1.0, "distance", lambda value: 1.609 * value),
        "no thermometer": _where(0.8, "temp", lambda _: None),
        "another time zone": _where(1.0, "minute", lambda value: (value + 300) % 1440),
    }
    return WatchedProduct(
        name="flights",
        config=config,
        product=history.product,
        events=history.events,
        refresh=7 * DAY,
        moves={"data": data, "implementation": IMPLEMENTATION, "model": LABELS["binary"]},
    )


def amounts(folder: Path) -> WatchedProduct:
    """Return amounts that grow with the wind: each side adds up the same numbers in its order."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests/production/toy")]
    from tests.production.backtest import kinds  # noqa: PLC0415 - it lies with the tests

    words = [*WORDS, "strategy.window=8d", "trigger.every=4d"]
    config, events = settings(compose("production", words), Production), _amounts()
    contract: Contract = kinds.contract(kinds.PRODUCTS["amounts"], events, folder)
    golden = ClauseTerm(name="golden", pair="recorded", tolerance={"relative": 1e-9})
    sides = {
        name: Side(learner={"_target_": f"kinds_toy.{learner}"}, model="kinds_toy.Means")
        for name, learner in (("is", "AmountsImplementation"), ("was", "AmountsSolution"))
    }
    product = replace(config.product, name="amounts", solution=sides["was"])
    liaison = replace(config.liaison, side=sides["is"])
    data = {
        "calm": _where(1.0, "wind", lambda value: value / 2),
        "windy": _where(1.0, "wind", lambda value: (1 + value) / 2),
        "gusts": _where(0.4, "wind", lambda _: 0.97),
        "squared": _where(1.0, "wind", lambda value: value * value),
    }
    return WatchedProduct(
        name="amounts",
        config=replace(config, product=product, liaison=liaison),
        product=OpenProduct(
            contract=replace(contract, clauses=(golden,)),
            source=Memory(events),
            baseline=YesterdaysRate(kind="regression", k=1, offset="0"),
            golden=events.slice(0, 30).select(["wind"]),
            data_start=0,
            start=BEFORE * DAY,
        ),
        events=events,
        refresh=4 * DAY,
        moves={"data": data, "implementation": IMPLEMENTATION, "model": LABELS["regression"]},
    )


def _where(share: float, name: str, to: Callable[[Any], Any]) -> Move:
    """Return the move of a column's values in a share of the events."""

    def change(rows: pa.Table) -> pa.Table:
        values, mask = rows[name].to_pylist(), drawn(rows, share)
        moved = [to(value) if hit else value for value, hit in zip(values, mask, strict=True)]
        return replaced(rows, name, moved)

    return Move(data=change)


def _amounts() -> pa.Table:
    rng = np.random.default_rng(3)
    n = DAYS * EACH
    times, wind = np.arange(n) * (DAY // EACH), rng.random(n).round(3)
    return pa.table(
        {
            "id": [f"{at:06d}" for at in range(n)],
            "key": [f"k{at % 7}" for at in range(n)],
            "time": pa.array(times, INSTANT),
            "outcome": 1e6 * (1 + wind + 0.2 * rng.normal(size=n)),
            "arrived": pa.array(times + rng.integers(1, 12, n) * HOUR, INSTANT),
            "known": pa.array(times, INSTANT),
            "wind": wind,
        }
    )
