from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from contracts.equivalence.report.apart import causes, rule
from contracts.equivalence.report.causes import kuiper, widest

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
    """A fault in one category is told by its name, its share among the worst and elsewhere."""
    found = causes(rows, column(rows, "carrier") == "UA")
    assert found[0].words == "carrier = UA"
    assert (found[0].among, found[0].elsewhere, found[0].lift) == (1.0, 0.0, float("inf"))
    assert len(found) == 1


def test_two_categories_swapped_are_both_named(rows: pa.Table) -> None:
    """Two codes taken for one another are found together."""
    (found,) = causes(rows, np.isin(column(rows, "carrier"), ["AA", "DL"]))
    assert found.words in {"carrier in AA, DL", "carrier in DL, AA"}
    assert found.strength == 1.0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1000, 2000, "distance from 10"), (4000, 5001, "distance ≥ 40"), (0, 300, "distance ≤ 2")],
)
def test_one_range_of_a_number_is_found(rows: pa.Table, low: int, high: int, said: str) -> None:
    """A fault in a range is told by its ends, open where the column has no more."""
    values = column(rows, "distance")
    (found,) = causes(rows, (values >= low) & (values < high))
    assert found.words.startswith(said)
    assert (found.among, found.elsewhere) == (1.0, 0.0)


def test_missing_values_are_found(rows: pa.Table) -> None:
    """A default put where a value is missing is told as missing."""
    found = causes(rows, np.isnan(column(rows, "wind").astype(float)))
    assert [each.words for each in found] == ["wind is missing"]


def test_one_weekday_a_flag_and_a_month_are_found(rows: pa.Table) -> None:
    """Whole numbers may be names, flags are values, instants are ranges."""
    assert causes(rows, column(rows, "weekday") == 3)[0].words == "weekday = 3"
    assert causes(rows, column(rows, "night"))[0].words == "night = true"
    late = np.arange(N) >= N - 500
    assert causes(rows, late)[0].words.startswith("planned ≥ 2013-05-")


def test_a_cause_is_found_among_others_that_stray(rows: pa.Table) -> None:
    """Where one row in five of the worst lies elsewhere, the cause is still the strongest."""
    rng = np.random.default_rng(0)
    apart = (column(rows, "carrier") == "UA") & (rng.uniform(size=N) < 0.5)
    apart |= rng.uniform(size=N) < 0.02
    best = causes(rows, apart)[0]
    assert best.words == "carrier = UA"
    assert 0.75 < best.among < 0.95


def test_a_rule_has_the_conditions_that_hold_together(rows: pa.Table) -> None:
    """A fault of one category on long flights is told by both, and by nothing besides."""
    apart = (column(rows, "carrier") == "UA") & (column(rows, "distance") > 2500)
    found = rule(rows, apart)
    assert found is not None
    assert {cause.column for cause in found.causes} == {"carrier", "distance"}
    assert (found.covered, found.elsewhere, found.precision) == (1.0, 0.0, 1.0)
    assert "carrier = UA and " in found.words or found.words.endswith("and carrier = UA")


def test_a_rule_of_one_condition_stays_one(rows: pa.Table) -> None:
    """Nothing is added where nothing is gained."""
    found = rule(rows, column(rows, "carrier") == "UA")
    assert found is not None
    assert found.words == "carrier = UA"


@pytest.mark.parametrize("count", [5, 40, 400, 2000])
def test_rows_drawn_blindly_have_no_cause(rows: pa.Table, count: int) -> None:
    """What no column tells is said to have no cause, however few or many rows there are."""
    told = 0
    for seed in range(20):
        apart = np.zeros(N, np.bool)
        apart[np.random.default_rng(seed).choice(N, count, replace=False)] = True
        told += bool(causes(rows, apart))
    assert told <= 1


@pytest.mark.parametrize("share", [0, 1])
def test_all_or_none_have_no_cause(rows: pa.Table, share: int) -> None:
    """Where there is no rest, nothing sets anything apart."""
    assert causes(rows, np.full(N, bool(share))) == ()
    assert rule(rows, np.full(N, bool(share))) is None


def test_columns_without_values_are_passed_by() -> None:
    """A constant column, an empty one and one all null tell nothing, and break nothing."""
    apart = np.array([True, False] * 20)
    odd = pa.table(
        {
            "same": ["x"] * 40,
            "none": pa.nulls(40, pa.float64()),
            "void": pa.nulls(40, pa.string()),
            "endless": pa.array([np.inf, -np.inf] * 20),
            "word": pa.array(["a", "b"] * 20).dictionary_encode(),
        }
    )
    assert [cause.words for cause in causes(odd, apart)] == ["word = a"]


@pytest.mark.parametrize("seed", range(5))
def test_no_range_has_a_larger_excess(seed: int) -> None:
    """One pass finds what trying every range finds."""
    rng = np.random.default_rng(seed)
    values, apart = rng.integers(0, 12, 60).astype(float), rng.uniform(size=60) < 0.3
    ends = [(a, b) for a in range(12) for b in range(a, 12)]
    inside = [(values >= a) & (values <= b) for a, b in ends]
    excess = [mask[apart].mean() - mask[~apart].mean() for mask in inside]
    low, high, found = widest(values, apart)
    assert found == pytest.approx(max(excess))
    assert found == pytest.approx(excess[ends.index((low, high))])


def test_what_chance_gives_falls_with_the_distance() -> None:
    """Two samples of five hundred that part by a fifth do not do so by chance."""
    assert kuiper(0.2, 500, 500) < 1e-6 < kuiper(0.08, 500, 500)
