"""Numbers that are texts, as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.research.new.tables import found, table

if TYPE_CHECKING:
    from pathlib import Path

N = 600


def test_a_comma_means_the_same_in_all_columns(tmp_path: Path) -> None:
    """Alone, 1,234 is a thousand and more; beside 7,63 it is one and a bit."""
    sizes = [f"{1 + at % 9},{at:03}" for at in range(N)]
    (alone,) = found(tmp_path, table(N, size=sizes), arrived="1h").doubts
    assert "size (with commas between thousands)" in alone
    assert "replace(\\\"size\\\", ',', '')::double" in alone
    prices = [f"{at % 90},{at % 10}" for at in range(N)]
    beside, *_ = found(tmp_path, table(N, size=sizes, price=prices), arrived="1h").doubts
    assert "size (with a decimal comma), price (with a decimal comma)" in beside
