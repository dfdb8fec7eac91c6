"""What the tests of tasks share: a terminal of one width, whoever runs them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as wide as a page: workers of a parallel run have a terminal's width of their own."""
    monkeypatch.setenv("COLUMNS", "120")
