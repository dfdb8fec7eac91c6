from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import pytest

from contracts.equivalence.comparison import MetricResult, worst_result
from contracts.score.tost.conclusion import Conclusion
from contracts.score.tost.difference import Difference

if TYPE_CHECKING:
    from contracts.equivalence.clause import Status

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


def result(
    status: Status = "equivalent", *, needed: float = 1200.0, **changes: float
) -> MetricResult:
    """Return the result of a metric, with changes to its difference."""
    gain = msgspec.structs.replace(SURE, **changes)
    conclusion = Conclusion(status=status, low=gain.low, high=gain.high, level=0.9, rows=needed)
    return MetricResult(metric="brier", difference=gain, margin=0.01, conclusion=conclusion)


def test_small_differences_are_shown_by_their_size() -> None:
    """Three digits of whatever is left, and the margin."""
    assert result().message == (
        "brier: the candidate's gain over the reference is +1e-09 [-2e-09, +3e-09], margin ±0.01"
    )


@pytest.mark.parametrize(
    ("undecided", "text"),
    [
        (result("inconclusive", needed=43_210.0), "14 days do not decide, about 44,000 rows would"),
        (result("inconclusive", needed=math.inf), "do not decide, and no number of rows would"),
        (result("inconclusive", needed=math.nan), "without one of the days the score is"),
        (result("inconclusive", needed=math.nan, days=1), "1,200 rows of 1 day do not decide"),
        (result("inconclusive", needed=math.nan, value=math.nan), "brier is undefined on"),
    ],
)
def test_an_undecided_result_says_what_would_decide(undecided: MetricResult, text: str) -> None:
    """A number of rows if rows help, and the reason if they do not."""
    assert text in undecided.message


def test_figures_that_are_not_finite_are_null_in_the_evidence() -> None:
    """Numbers that JSON does not have do not reach a report."""
    unlimited = result("inconclusive", needed=math.nan, low=-math.inf, high=math.inf)
    assert msgspec.json.decode(msgspec.json.encode(unlimited.evidence)) == {
        "value": 1e-9,
        "low": None,
        "high": None,
        "level": 0.9,
        "margin": 0.01,
        "status": "inconclusive",
        "rows_needed": None,
    }
    undefined = result("inconclusive", needed=math.nan, value=math.nan)
    assert undefined.evidence["status"] == "not_run"


def test_the_worst_result_decides() -> None:
    """By status first, then by the share of the margin that the difference takes."""
    near, far = result(value=0.001), result(value=-0.009)
    assert worst_result([far, near]) is far
    undecided = result("inconclusive")
    assert worst_result([far, undecided]) is undecided
    assert worst_result([undecided, result("different")]).conclusion.status == "different"
