"""The small product as a configuration alone, so that processes of its own can operate it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from msgspec.structs import replace

from contracts.config.compose import compose
from contracts.config.product import Liaison, Side
from contracts.config.settings import settings
from contracts.moment import DAY, iso
from production.settings import Production

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract

#: The first day of operation, and how many there are.
FIRST, DAYS = 12, 2


def small_config(folder: Path, contract: Contract, history: pa.Table, *words: str) -> Production:
    """Return the configuration of the small product, whose events are in a file in a folder."""
    table = folder / "events.parquet"
    pq.write_table(history, table)
    query = {"_target_": "contracts.products.flights.query.query", "_partial_": True}
    source = {
        "_target_": "contracts.data.programmatic.Programmatic",
        "query": {**query, "path": str(table)},
    }
    side = Side(learner={"_target_": "production_toy.Learner"}, model="production_toy.Rates")
    moments = {"history": 0, "start": FIRST * DAY, "until": (FIRST + DAYS) * DAY}
    times = (f"product.{name}='{iso(moment)}'" for name, moment in moments.items())
    config = settings(compose("production", ("lifecycle=adaptive", *times, *words)), Production)
    product = replace(
        config.product,
        name="toy",
        contract=contract.version,
        day_offset="0",
        source=source,
        baseline={"_target_": "contracts.data.baseline.YesterdaysRate", "offset": "0"},
        solution=side,
    )
    return replace(
        config,
        liaison=Liaison(name="joint", side=side),
        product=product,
        paths=replace(
            config.paths,
            live=str(folder / "live"),
            output=str(folder / "output"),
            published=str(contract.folder.parents[1]),
        ),
    )
