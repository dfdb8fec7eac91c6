"""The raw tables of the reference product, for its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.products.flights.ingest import raw_files, raw_tables

if TYPE_CHECKING:
    import pyarrow as pa


@pytest.fixture(scope="session")
def raw() -> dict[str, pa.Table]:
    """The raw tables."""
    return raw_tables(raw_files())
