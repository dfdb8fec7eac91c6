"""Compares stored features as a product trains on them with those it serves, on its own history.

    python benchmarks/stored_features.py [product] [events]

The values of the whole history go into a store in a database. Random events are then looked up one
by one, as a serving process does, and compared bit for bit with what the source joins to them; half
of them are older than what such a process keeps in memory.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from contracts.config import instantiate  # noqa: E402 - found once the path above is
from contracts.config.compose import compose  # noqa: E402
from contracts.config.settings import settings  # noqa: E402
from contracts.data.rows import instants  # noqa: E402
from contracts.data.stored.feature import entity_columns  # noqa: E402
from contracts.host.clock import Stopwatch  # noqa: E402
from contracts.moment import END_OF_TIME, instant  # noqa: E402
from contracts.ports import TIME  # noqa: E402
from production.database.database import Database  # noqa: E402
from production.features.database import DatabaseFeatureStore  # noqa: E402
from production.features.lookup import CachedLookup  # noqa: E402
from production.settings import Production  # noqa: E402


def main(product: str = "flights_delays", count: str = "10000") -> int:
    """Compare, print what was found, and return 1 if any value differs."""
    config = settings(compose("production", [f"product={product}"]), Production).product
    assert config.features is not None
    watch, features = Stopwatch(), config.features.stored
    source = instantiate(config.source, "product.source")
    start, until = instant(config.history), instant(config.until)
    events = source.window(start, until, known_by=END_OF_TIME)
    print(f"{events.num_rows:,} events joined in {watch.seconds():.1f} s")
    values = instantiate(config.features.values, "product.features.values").window(0, END_OF_TIME)
    rng = np.random.default_rng(0)
    sample = events.take(np.sort(rng.choice(events.num_rows, int(count), replace=False)))
    entity = entity_columns(features)
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/a.db")) as database:
        store, watch = DatabaseFeatureStore(database, product, entity), Stopwatch()
        print(f"{store.record(values):,} values stored in {watch.seconds():.1f} s")
        middle = int(np.median(instants(sample[TIME])))
        lookup = CachedLookup(features, store, kept=0)
        lookup.refresh(middle)
        served, took = looked_up(lookup, sample, entity)
    trained = [[row[each.name] for each in features] for row in sample.to_pylist()]
    differing = sum(one != other for one, other in zip(trained, served, strict=True))
    nulls = sum(value is None for row in trained for value in row)
    kept = took[instants(sample[TIME]) >= middle]
    print(
        f"{len(trained):,} events x {len(features)} features, {nulls:,} of them null: "
        f"{differing} differ; a look-up in memory takes {np.median(kept):.1f} µs"
    )
    return int(differing > 0)


def looked_up(lookup: CachedLookup, rows: Any, entity: tuple[str, ...]) -> tuple[list[Any], Any]:
    """Return the features of each row, looked up by itself, and the microseconds each took."""
    record = msgspec.defstruct("Record", [(name, Any) for name in entity])
    found, took = [], []
    records = [record(**row) for row in rows.select([*entity]).to_pylist()]
    for each, time in zip(records, instants(rows[TIME]).tolist(), strict=True):
        watch = Stopwatch()
        found.append(lookup.one(each, time))
        took.append(watch.seconds() * 1e6)
    return found, np.array(took)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
