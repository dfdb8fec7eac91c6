"""The registry on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from tests.suites.leases import LeaseSuite
from tests.suites.postgresql import fresh_schema
from tests.suites.registry import RegistrySuite

if TYPE_CHECKING:
    from collections.abc import Iterator

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


class TestPostgresql(RegistrySuite):
    """It does what every registry does."""

    @pytest.fixture
    def database(self) -> Iterator[Database]:
        """An empty schema."""
        with fresh_schema() as url, closing(Database(url)) as database:
            yield database


class TestPostgresqlLeases(LeaseSuite):
    """Its leases do what all leases do."""

    @pytest.fixture
    def databases(self) -> Iterator[tuple[Database, Database]]:
        """One schema, opened twice."""
        with (
            fresh_schema() as url,
            closing(Database(url)) as first,
            closing(Database(url)) as second,
        ):
            yield first, second
