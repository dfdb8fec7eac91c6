from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.equivalence.report.conditions import (
    combine_conditions,
    find_conditions,
    kuiper,
    largest_excess,
)

N = 4000


@pytest.fixture
def rows() -> pa.Table:
    """Rows of every kind of column, none of which depends on another."""
    rng = np.random.default_rng(3)
    return pa.table(
        {
            "carrier": pa.array(
                np.array(["UA", "AA", "DL", "B6", "EV", "WN"])[rng.integers(0, 6, N)]
            ),
            "weekday": pa.array(rng.integers(0, 7, N)),
            "distance": pa.array(rng.uniform(80, 5000, N)),
            "wind": pa.array(rng.normal(10, 3, N), mask=rng.uniform(size=N) < 0.1),
            "night": pa.array(rng.uniform(size=N) < 0.3),
            "planned": pa.array(1_356_998_400_000_000 + np.arange(N) * 3_600_000_000).cast(
                pa.timestamp("us", "UTC")
            ),
        }
    )


def column(rows: pa.Table, name: str) -> np.ndarray:
    """Return a column as an array."""
    return np.asarray(rows[name].to_numpy(zero_copy_only=False))


def test_one_category_is_found(rows: pa.Table) -> None:
    """A fault in one category is named, with its share among the worst rows and elsewhere."""
    (only,) = find_conditions(rows, column(rows, "carrier") == "UA")
    assert only.text == "carrier = UA"
    assert (only.among, only.elsewhere, only.lift) == (1.0, 0.0, float("inf"))


def test_two_categories_swapped_are_both_named(rows: pa.Table) -> None:
    """Two exchanged codes are one condition."""
    (condition,) = find_conditions(rows, np.isin(column(rows, "carrier"), ["AA", "DL"]))
    assert condition.text in {"carrier in AA, DL", "carrier in DL, AA"}
    assert condition.strength == 1.0


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(1000, 2000, "distance from 10"), (4000, 5001, "distance ≥ 40"), (0, 300, "distance ≤ 2")],
)
def test_one_range_of_a_number_is_found(rows: pa.Table, low: int, high: int, text: str) -> None:
    """A fault in a range is named by its ends, open if the column has no more values."""
    values = column(rows, "distance")
    (condition,) = find_conditions(rows, (values >= low) & (values < high))
    assert condition.text.startswith(text)
    assert (condition.among, condition.elsewhere) == (1.0, 0.0)


def test_missing_values_are_found(rows: pa.Table) -> None:
    """A default put in for missing values is condition as missing."""
    conditions = find_conditions(rows, np.isnan(column(rows, "wind").astype(float)))
    assert [each.text for each in conditions] == ["wind is missing"]


def test_one_weekday_a_flag_and_a_month_are_found(rows: pa.Table) -> None:
    """Integers may be names, flags are values, instants are ranges."""
    assert find_conditions(rows, column(rows, "weekday") == 3)[0].text == "weekday = 3"
    assert find_conditions(rows, column(rows, "night"))[0].text == "night = true"
    late = np.arange(N) >= N - 500
    assert find_conditions(rows, late)[0].text.startswith("planned ≥ 2013-05-")


def test_a_condition_is_found_among_rows_that_do_not_satisfy_it(rows: pa.Table) -> None:
    """If one in five of the worst rows does not satisfy it, it is still the strongest."""
    rng = np.random.default_rng(0)
    chosen = (column(rows, "carrier") == "UA") & (rng.uniform(size=N) < 0.5)
    chosen |= rng.uniform(size=N) < 0.02
    best = find_conditions(rows, chosen)[0]
    assert best.text == "carrier = UA"
    assert 0.75 < best.among < 0.95


def test_conditions_are_combined(rows: pa.Table) -> None:
    """A fault of one category on long flights is named by both, and by nothing else."""
    chosen = (column(rows, "carrier") == "UA") & (column(rows, "distance") > 2500)
    condition = combine_conditions(rows, chosen)
    assert condition is not None
    assert {condition.column for condition in condition.conditions} == {"carrier", "distance"}
    assert (condition.covered, condition.elsewhere, condition.precision) == (1.0, 0.0, 1.0)
    assert "carrier = UA and " in condition.text or condition.text.endswith("and carrier = UA")


def test_nothing_is_added_to_a_condition_that_is_enough(rows: pa.Table) -> None:
    """A further condition has to exclude other rows."""
    condition = combine_conditions(rows, column(rows, "carrier") == "UA")
    assert condition is not None
    assert condition.text == "carrier = UA"


@pytest.mark.parametrize("count", [5, 40, 400, 2000])
def test_random_rows_have_no_condition(rows: pa.Table, count: int) -> None:
    """What no column distinguishes has no condition, however few or many rows there are."""
    conditions = 0
    for seed in range(20):
        chosen = np.zeros(N, np.bool)
        chosen[np.random.default_rng(seed).choice(N, count, replace=False)] = True
        conditions += bool(find_conditions(rows, chosen))
    assert conditions <= 1


@pytest.mark.parametrize("share", [0, 1])
def test_all_or_no_rows_have_no_condition(rows: pa.Table, share: int) -> None:
    """There are no others to distinguish them from."""
    assert find_conditions(rows, np.full(N, bool(share))) == ()
    assert combine_conditions(rows, np.full(N, bool(share))) is None


def test_columns_without_values_are_skipped() -> None:
    """A constant column, an empty one and one all null distinguish nothing, and break nothing."""
    chosen = np.array([True, False] * 20)
    odd = pa.table(
        {
            "same": ["x"] * 40,
            "none": pa.nulls(40, pa.float64()),
            "void": pa.nulls(40, pa.string()),
            "endless": pa.array([np.inf, -np.inf] * 20),
            "word": pa.array(["a", "b"] * 20).dictionary_encode(),
        }
    )
    assert [condition.text for condition in find_conditions(odd, chosen)] == ["word = a"]


@pytest.mark.parametrize("seed", range(5))
def test_no_range_has_a_larger_excess(seed: int) -> None:
    """One pass finds the range that trying all of them finds."""
    rng = np.random.default_rng(seed)
    values, chosen = rng.integers(0, 12, 60).astype(float), rng.uniform(size=60) < 0.3
    ends = [(a, b) for a in range(12) for b in range(a, 12)]
    inside = [(values >= a) & (values <= b) for a, b in ends]
    excess = [mask[chosen].mean() - mask[~chosen].mean() for mask in inside]
    low, high, excess_found = largest_excess(values, chosen)
    assert excess_found == pytest.approx(max(excess))
    assert excess_found == pytest.approx(excess[ends.index((low, high))])


def test_the_chance_falls_with_the_statistic() -> None:
    """Two samples of five hundred that differ by a fifth do not do so by chance."""
    assert kuiper(0.2, 500, 500) < 1e-6 < kuiper(0.08, 500, 500)
