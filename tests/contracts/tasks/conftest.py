"""What the tests of tasks share: a terminal of a fixed width."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fix the width: workers of a parallel run would have one of their own."""
    monkeypatch.setenv("COLUMNS", "120")
