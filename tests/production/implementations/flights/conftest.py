"""Rows of the reference product, few and quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from contracts.ports import KNOWN, OUTCOME

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


@pytest.fixture(scope="session")
def rows(flights_data: Path) -> pa.Table:
    """Inputs and outcome of the first flights."""
    events = pq.read_table(flights_data / "events.parquet")[:6_000]
    names = events.column_names
    inputs = names[names.index(KNOWN) + 1 :]
    return events.filter(events[OUTCOME].is_valid()).select([*inputs, OUTCOME])


@pytest.fixture(scope="session")
def params() -> dict[str, Any]:
    """Parameters of a small model."""
    return {"max_iter": 12, "learning_rate": 0.2, "max_features": 0.5}
