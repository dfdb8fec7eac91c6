"""A column as a training saw it: bins, range, and the rows that are furthest out."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from contracts.moment import DAY
from production.agents.parity.column import column_profile
from production.agents.parity.profile import input_profile

NUMBERS = pa.chunked_array([pa.array([*range(100), None])])
TEXTS = pa.chunked_array([pa.array(["a"] * 90 + ["b"] * 10)])


def test_numbers_fall_into_tenths() -> None:
    """Null has a bin of its own, and what is beyond the range falls into the outer ones."""
    profile = column_profile("size", NUMBERS)
    assert (len(profile.counts), profile.counts[-1], sum(profile.counts)) == (11, 1, 101)
    assert 9 <= min(profile.counts[:-1]) <= max(profile.counts) <= 11
    values = pa.chunked_array([pa.array([-5.0, 0.0, 99.0, 500.0, None])])
    assert profile.places(values).tolist() == [0, 0, profile.bins - 2, profile.bins - 2, 10]
    assert profile.seen(values).tolist() == [False, True, True, False, True]


def test_texts_have_a_bin_each() -> None:
    """A text that never came shares the bin of the rare ones, and was not seen."""
    profile = column_profile("colour", TEXTS)
    values = pa.chunked_array([pa.array(["b", "zebra", None])])
    assert (profile.texts, profile.counts) == (("a", "b"), (90, 10, 0, 0))
    assert profile.places(values).tolist() == [1, 2, 3]
    assert profile.seen(values).tolist() == [True, False, False]


@pytest.mark.parametrize(
    "values",
    [
        [True, False, None],
        [1, 2, None],
        [None, None, None],
        [datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2, 3)],
        ["", "", ""],
    ],
)
def test_a_column_of_any_kind_is_as_itself(values: list[object]) -> None:
    """Its own values do not move it, and lie within its range."""
    kind = pa.float64() if values == [None] * 3 else None
    column = pa.chunked_array([pa.array(values, kind)])
    profile = column_profile("any", column)
    places = profile.places(column)
    assert profile.index(places) == 0.0
    assert profile.seen(column).all()
    assert sum(profile.counts) == 3


def test_windows_of_a_training_are_compared_with_all_of_it() -> None:
    """As many as have rows enough, and of the rows that a sample has."""
    rows = pa.table({"size": np.arange(400.0) % 7, "colour": ["a", "b"] * 200})
    times = np.arange(400) * (DAY // 100)
    options = {"golden": rows.slice(0, 10), "end": 4 * DAY, "over": DAY, "chosen": np.ones(400) > 0}
    profile = input_profile(rows, times, least=50, **options)
    assert [len(each.past) for each in profile.columns] == [4, 4]
    assert max(max(each.past) for each in profile.columns) < 0.02
    few = input_profile(rows, times, least=101, **options)
    assert [each.past for each in few.columns] == [(), ()]


def test_the_columns_furthest_out_come_first() -> None:
    """One beyond its range before one that is rare."""
    rows = pa.table({"size": np.arange(100.0), "colour": ["a"] * 98 + ["b"] * 2})
    profile = input_profile(
        rows, np.arange(100), golden=rows, end=100, over=100, least=1, chosen=np.ones(100) > 0
    )
    odd = pa.table({"size": [500.0], "colour": ["b"]})
    assert [*profile.furthest(odd, 0)] == ["size", "colour"]
    assert profile.furthest(odd, 0, among=["colour"]) == {"colour": "b"}
    assert profile.seen(odd).tolist() == [False]


def test_rows_show_what_there_is_more_of() -> None:
    """Where one text has become frequent its rows come first, not those that are always rare."""
    rows = pa.table({"colour": ["a"] * 90 + ["b"] * 9 + ["c"]})
    profile = input_profile(
        rows, np.arange(100), golden=rows, end=100, over=100, least=1, chosen=np.ones(100) > 0
    )
    moved = pa.table({"colour": ["a"] * 40 + ["b"] * 59 + ["c"]})
    assert profile.excess(moved, among=["colour"]).argmax() == 40
    assert not profile.excess(moved, among=[]).any()
