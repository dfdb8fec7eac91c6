"""Durations and figures, as people write them."""

from __future__ import annotations

import pytest

from contracts.moment import DAY, SECOND
from production.service.page.words import brief, percent, score, seconds, short


@pytest.mark.parametrize("number", [100, 764, 12_345, 999_999])
def test_no_exponent_up_to_a_million(number: int) -> None:
    """A long duration, and the error of large amounts, have all digits before the point."""
    assert brief(number * DAY) == f"{number:,} d"
    assert brief(number * SECOND / 1000).endswith(" s") == (number < 60_000)
    assert seconds(float(number)) == f"{number:,} s"
    assert score(float(number)) == short(float(number)) == f"{number:,}"
    assert percent(number / 100) == f"{number:,}%"
