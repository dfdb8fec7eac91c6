"""A live log in an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.database.database import Database
from tests.production.experiments.live_log import LiveLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveLog]:
    """A live log whose generation 2 errs less than 1, and 3 more."""
    database = Database(f"sqlite:///{tmp_path}/live.db")
    yield LiveLog(database, {1: 1.0, 2: 0.8, 3: 1.3, 4: 1.0})
    database.close()
