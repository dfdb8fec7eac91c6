from __future__ import annotations

import math
from typing import Literal

import msgspec
import pytest

from contracts.equivalence.finding import Finding, gravest
from contracts.score.tost.conclusion import Conclusion
from contracts.score.tost.difference import Difference

Status = Literal["equivalent", "different", "inconclusive"]
SURE = Difference(
    value=1e-9,
    low=-2e-9,
    high=3e-9,
    error=1e-9,
    alpha=0.05,
    days=14,
    effective=14.0,
    rows=1200,
)


def finding(status: Status = "equivalent", *, needed: float = 1200.0, **changes: float) -> Finding:
    """Return what was found of a metric, with changes to its difference."""
    found = msgspec.structs.replace(SURE, **changes)
    concluded = Conclusion(status=status, low=found.low, high=found.high, level=0.9, rows=needed)
    return Finding(metric="brier", difference=found, margin=0.01, concluded=concluded)


def test_small_differences_are_told_by_their_size() -> None:
    """Three digits of whatever is left, and the margin it was held to."""
    assert finding().message == (
        "brier: the candidate's gain over the reference is +1e-09 [-2e-09, +3e-09], margin ±0.01"
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (finding("inconclusive", needed=43_210.0), "14 days cannot tell, about 44,000 rows would"),
        (finding("inconclusive", needed=math.inf), "cannot tell, and no number of them would"),
        (finding("inconclusive", needed=math.nan), "without one of the days the score is"),
        (finding("inconclusive", needed=math.nan, days=1), "1,200 rows of 1 day cannot tell"),
        (finding("inconclusive", needed=math.nan, value=math.nan), "brier is undefined on"),
    ],
)
def test_what_is_undecided_says_what_would_tell(found: Finding, said: str) -> None:
    """Rows where rows help, and the reason where they do not."""
    assert said in found.message


def test_what_rows_do_not_say_is_null_in_the_evidence() -> None:
    """Numbers that JSON does not know do not reach a report."""
    found = finding("inconclusive", needed=math.nan, low=-math.inf, high=math.inf)
    assert msgspec.json.decode(msgspec.json.encode(found.evidence)) == {
        "value": 1e-9,
        "low": None,
        "high": None,
        "level": 0.9,
        "margin": 0.01,
        "status": "inconclusive",
        "rows_needed": None,
    }
    undefined = finding("inconclusive", needed=math.nan, value=math.nan)
    assert undefined.evidence["status"] == "not_run"


def test_the_gravest_finding_decides() -> None:
    """By status first, then by the share of its margin that it takes."""
    near, far = finding(value=0.001), finding(value=-0.009)
    assert gravest([far, near]) is far
    undecided = finding("inconclusive")
    assert gravest([far, undecided]) is undecided
    assert gravest([undecided, finding("different")]).concluded.status == "different"
