"""Outcomes that differ by hour or weekday, of tables whose time is no input."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from contracts.moment import iso
from tests.research.new.tables import HOUR, INSTANT, START, found, table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("written_as", ["instants", "texts", "milliseconds"])
def test_a_weekday_that_is_no_input(written_as: str, tmp_path: Path) -> None:
    """The query that makes one of the time is said, runs, and is not said again."""
    n = 24 * 60
    at = START + HOUR * np.arange(n)
    times = {
        "instants": pa.array(at, INSTANT),
        "texts": [iso(int(each))[:19].replace("T", " ") for each in at],
        "milliseconds": at // 1000,
    }[written_as]
    weekend = (at // (24 * HOUR) + 3) % 7 >= 5
    visits = np.where(weekend, 10.0, 2.0) + np.random.default_rng(0).random(n)
    columns = table(n, at=times, left=visits)
    (said,) = [each for each in found(tmp_path, columns).doubts if "differs by" in each]
    assert "weekday (9" in said
    assert "hour" not in said.partition(":")[0]
    query = shlex.split(said.partition("say ")[2])[0].removeprefix("query=")
    derived = found(tmp_path, columns, query=query, time="at")
    assert {each.column: each.distinct for each in derived.columns}["weekday"] == 7
    assert not [each for each in derived.doubts if "differs by" in each]


def test_no_rhythm_is_not_said(tmp_path: Path) -> None:
    """Two months of outcomes that do not differ by hour or weekday."""
    assert not [each for each in found(tmp_path, table(1440)).doubts if "differs by" in each]
