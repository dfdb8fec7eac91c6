"""What became known is taken for a product in service."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from msgspec.structs import replace

from contracts.config.product import Features
from contracts.data.rows import INSTANT
from contracts.data.stored.feature import StoredFeature
from contracts.data.stored.values import MemoryValues
from contracts.moment import END_OF_TIME, HOUR, MINUTE
from production.assembly import features as assembled
from production.database.database import Database
from production.features.database import DatabaseFeatureStore
from production.service.folder import make_live_state
from production.service.taking import take_values
from tests.production.conftest import configuration
from tests.production.service.conftest import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from production.assembly.state import State
    from production.settings import Production

SIZE = StoredFeature(name="size", entity=("colour",), aggregate="mean", window="3h")
#: Known every half an hour, up to an hour from now.
KNOWN = pa.table(
    {
        "id": [f"v{at}" for at in range(24)],
        "known": pa.array([NOW + HOUR - at * 30 * MINUTE for at in range(24)], INSTANT),
        "value": [1] * 24,
        "colour": ["red"] * 24,
    }
)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Production:
    """The configuration of a product with a stored feature, whose values are `KNOWN`."""
    monkeypatch.setattr(assembled, "instantiate", lambda *_: MemoryValues(KNOWN))
    made = configuration(())
    product = replace(made.product, features=Features(values={}, stored=(SIZE,)))
    return replace(made, product=product, paths=replace(made.paths, live=str(tmp_path / "live")))


def taken(config: Production, state: State) -> int:
    """Return how many values are in the store."""
    with closing(Database(state.database)) as database:
        store = DatabaseFeatureStore(database, config.product.name, ("colour",))
        return store.window(0, END_OF_TIME).num_rows


def test_the_first_time_takes_what_events_in_memory_need(config: Production) -> None:
    """Their window, and as long before as events are answered from memory: then what is new."""
    state = make_live_state(config)
    assert take_values(config, state, now=NOW) == 4 * 2
    assert take_values(config, state, now=NOW) == 0
    assert take_values(config, state, now=NOW + HOUR) == 2
    assert taken(config, state) == 10


def test_a_history_that_is_played_takes_all_of_it(config: Production) -> None:
    """Each request is answered by what was known at its own time."""
    state = make_live_state(config)
    assert take_values(config, state, now=NOW, until=NOW + 2 * HOUR) == 4 * 2 + 3


def test_a_product_without_stored_features_takes_nothing(config: Production) -> None:
    """Its state is not even opened."""
    without = replace(config, product=replace(config.product, features=None))
    assert take_values(without, make_live_state(config), now=NOW) == 0
