"""The feature store on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from production.features.database import DatabaseFeatureStore
from tests.suites.feature_store import ENTITY, FeatureStoreSuite
from tests.suites.postgresql import fresh_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


class TestPostgresql(FeatureStoreSuite):
    """It satisfies the suite of every store."""

    @pytest.fixture
    def store(self) -> Iterator[DatabaseFeatureStore]:
        """An empty schema."""
        with fresh_schema() as url, closing(Database(url)) as database:
            yield DatabaseFeatureStore(database, "p", ENTITY)
