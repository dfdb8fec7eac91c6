"""When a product learns, is tested and operates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import LiaisonError
from tests.research.new.tables import HOUR, INSTANT, START, found, table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("rows", [250, 400, 900])
def test_outcomes_that_come_in_bursts(rows: int, tmp_path: Path) -> None:
    """There are enough to learn from, to test on, and to judge the first generation by."""
    rng = np.random.default_rng(rows)
    bursts = np.repeat(rng.random(rows // 10), 10) * 730 + rng.random(rows) * 5
    at = np.sort((bursts * 24 * HOUR).astype(np.int64))
    windows = found(tmp_path, table(rows, at=pa.array(START + at, INSTANT)), arrived="3d").windows
    arrived = START + at + 3 * 24 * HOUR
    assert (arrived < windows.test).sum() >= 100
    assert ((START + at >= windows.test) & (arrived < windows.start)).sum() >= 40
    held = (arrived >= windows.start - windows.holdout) & (arrived < windows.start)
    assert held.sum() >= 30
    assert windows.refresh <= (windows.until - windows.start) / 2


def test_outcomes_that_take_long(tmp_path: Path) -> None:
    """Five and a half times as long as they take is enough, and is what a refusal asks for."""
    columns = table(4000, at=pa.array(START + np.arange(4000) * 3 * HOUR, INSTANT))  # 500 days
    windows = found(tmp_path, columns, arrived="90d").windows
    assert windows.lag == 90 * 24 * HOUR
    assert windows.start - windows.test > windows.lag
    assert windows.horizon > windows.lag
    with pytest.raises(LiaisonError, match="data of 770d or longer"):
        found(tmp_path, columns, arrived="140d")
