"""Hashes of the rows known at refreshes that follow each other: equal to those of each alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.labelled import LabelledRows
from contracts.moment import HOUR
from production.agents import hashed_rows
from production.agents.hashed_rows import RowHasher
from production.agents.row_hash import row_hashes
from tests.suites.target import Target

INSTANT = pa.timestamp("us", "UTC")
TARGET = Target(product="p", kind="regression")


def known(first: int, last: int, **columns: pa.Array) -> LabelledRows:
    """Return hourly rows whose outcome arrived an hour later, the fifth but 50 hours later."""
    at = np.arange(first, last)
    arrived = np.where(at == 5, at + 50, at + 1)
    table = {
        "id": [f"event-{each}" for each in at],
        "time": pa.array(at * HOUR, INSTANT),
        "outcome": pa.array(at / 3),
        "arrived": pa.array(arrived * HOUR, INSTANT),
        "number": pa.array([None if each % 7 == 0 else each / 4 for each in at]),
    }
    rows = LabelledRows(events=pa.table(table | columns), target=TARGET, inputs=("number",))
    return rows.known_by(last * HOUR)


@pytest.fixture
def hashed_counts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each call hashed."""
    counts: list[int] = []

    def counted(events: pa.Table) -> tuple[np.ndarray, np.ndarray]:
        counts.append(events.num_rows)
        return hashes(events)

    hashes = hashed_rows._hashes
    monkeypatch.setattr(hashed_rows, "_hashes", counted)
    return counts


def check(hasher: RowHasher, rows: LabelledRows, *, moment: int) -> None:
    """Check that rows have the hashes that they have alone."""
    hashed = hasher.hashed(rows, moment=moment * HOUR)
    assert hashed.rows.tolist() == row_hashes(rows.events.columns, len(rows)).tolist()
    assert hashed.ids.tolist() == row_hashes([rows.events["id"]], len(rows)).tolist()


def test_rows_that_are_as_they_were_are_hashed_once(hashed_counts: list[int]) -> None:
    """Where rows are new at the end, and left the training window at the front."""
    hasher = RowHasher()
    for first, last in ((0, 20), (0, 24), (3, 30), (3, 30), (29, 40)):
        check(hasher, known(first, last), moment=last)
    assert hashed_counts == [18, 4, 6, 0, 10]


def test_what_comes_late_is_hashed_with_all_that_follows_it(hashed_counts: list[int]) -> None:
    """Its row stands before others that were known already."""
    hasher = RowHasher()
    check(hasher, known(0, 50), moment=50)
    check(hasher, known(0, 60), moment=60)
    assert hashed_counts == [48, 54]


@pytest.mark.parametrize("place", [0, 7, 18])
def test_a_value_that_changed_has_another_hash(place: int) -> None:
    """However long ago its row was learned, and a null that became a number."""
    hasher = RowHasher()
    check(hasher, known(0, 20), moment=20)
    values = known(0, 24).events["number"].to_pylist()
    numbers = [None if at % 7 == 0 else at / 4 for at in range(24)]
    assert len(values) < len(numbers)
    numbers[place] = -1.0
    check(hasher, known(0, 24, number=pa.array(numbers)), moment=24)


def test_no_rows_are_no_error() -> None:
    """Neither at first nor after some."""
    hasher = RowHasher()
    check(hasher, known(0, 0), moment=0)
    check(hasher, known(0, 9), moment=9)
    check(hasher, known(0, 0), moment=9)


def test_not_a_number_is_hashed_anew_and_alike() -> None:
    """It equals nothing, itself included."""
    hasher, values = RowHasher(), pa.array([float("nan")] * 9)
    check(hasher, known(0, 9, number=values), moment=9)
    check(hasher, known(0, 9, number=values), moment=9)
