"""The feature store in memory."""

from __future__ import annotations

import pytest

from production.features.memory import MemoryFeatureStore
from tests.suites.feature_store import ENTITY, FeatureStoreSuite


class TestMemory(FeatureStoreSuite):
    """It satisfies the suite of every store."""

    @pytest.fixture
    def store(self) -> MemoryFeatureStore:
        """An empty store."""
        return MemoryFeatureStore(ENTITY)
