"""Parcels with both sides, imported from a folder as a package of a user's own would be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contracts.contract import Contract

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The draft of the parcels' contract."""
    from deliveries.contract import draft  # noqa: PLC0415 - found once the path above is

    return draft(tmp_path_factory.mktemp("deliveries"))
