"""The scenarios of `benchmarks/serving_faults.py` in short; other tests have what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.serving_faults import SCENARIOS, SHORT

if TYPE_CHECKING:
    from pathlib import Path

#: They start real servers and say nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["swaps", "broken", "kills"])
def test_every_claim_of_a_scenario_holds(name: str, tmp_path: Path) -> None:
    """No request fails or is answered by another generation, and nothing acknowledged is lost."""
    findings = SCENARIOS[name](tmp_path, **SHORT[name])
    assert findings.failed == []
    assert len(findings.figures) > 3
