from __future__ import annotations

import pytest

from contracts.moment import DAY
from production.agents.row_digests import HistoryChange
from production.agents.rules.history import UnchangedHistory
from tests.production.agents.rules.evidence import evidence


def change(changed: int, *, revises: bool = False) -> HistoryChange:
    """Return what became of two thousand rows."""
    return HistoryChange(
        since=9 * DAY, compared=2000, changed=changed, first=DAY, last=3 * DAY, revises=revises
    )


@pytest.mark.parametrize(("changed", "verdict"), [(0, "passed"), (2, "passed"), (3, "failed")])
def test_one_row_in_a_thousand_may_change(changed: int, verdict: str) -> None:
    """The finding says how many of how many, and from when to when."""
    finding = UnchangedHistory(0.001).find(evidence(history=change(changed)))
    assert finding.verdict == verdict
    words = f"{changed} of 2,000 rows known at 1970-01-10T00:00:00Z changed or are missing"
    assert finding.why.startswith(words)
    assert ("from 1970-01-02T00:00:00Z to 1970-01-04T00:00:00Z" in finding.why) == (changed > 0)
    assert ("product.revises: true" in finding.why) == (verdict == "failed")


def test_a_source_that_revises_by_design_is_reported_and_not_refused() -> None:
    """The figures are the same."""
    finding = UnchangedHistory(0.001).find(evidence(history=change(400, revises=True)))
    assert finding.verdict == "passed"
    assert "20.00%" in finding.why
    assert finding.why.endswith("revisions, as product.revises declares")
    assert finding.figures["share"] == 0.2


@pytest.mark.parametrize("history", [None, HistoryChange(since=0, compared=0, changed=0)])
def test_nothing_to_compare_with_passes(history: HistoryChange | None) -> None:
    """At the first refresh, or where all rows have left the training window."""
    assert UnchangedHistory(0.001).find(evidence(history=history)).verdict == "passed"
