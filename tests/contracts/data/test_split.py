"""Rolling splits of time."""

from __future__ import annotations

import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.data.guard import check_known
from contracts.data.memory import Memory
from contracts.data.rows import at, instants
from contracts.data.split import rolling
from contracts.errors import ConfigError
from contracts.moment import DAY
from tests.suites.source import LAST, events


@given(
    start=st.integers(-(10**6), 10**6),
    training=st.integers(1, 10**6),
    folds=st.integers(1, 20),
    horizon=st.integers(1, 10**5),
)
def test_cover(start: int, training: int, folds: int, horizon: int) -> None:
    """The tests follow one another without gap to the end, each after what trained for it."""
    end = start + training + folds * horizon
    made = rolling(start, end, folds=folds, horizon=horizon)
    assert len(made) == folds
    assert [fold.cut for fold in made[1:]] == [fold.end for fold in made[:-1]]
    assert (made[0].cut, made[-1].end) == (start + training, end)
    assert all(fold.start == start < fold.cut for fold in made)


def test_honest() -> None:
    """No outcome that trains arrived after the cut, and every event of a test comes after it."""
    source = Memory(events())
    for fold in rolling(0, 10 * DAY, folds=4, horizon=DAY):
        train, test = fold.train(source), fold.test(source, known_by=LAST)
        check_known(train, fold.cut)
        assert train.num_rows
        assert test.num_rows
        assert train["outcome"].null_count == test["outcome"].null_count == 0
        assert instants(train["time"]).max() < fold.cut <= instants(test["time"]).min()


def test_leaves_out_what_is_still_open() -> None:
    """An event before the cut whose outcome arrives later does not train."""
    source = Memory(events())
    (fold,) = rolling(0, 6 * DAY, folds=1, horizon=DAY)
    everything = source.window(0, fold.cut, known_by=LAST)
    late = everything.filter(pc.greater_equal(everything["arrived"], at(fold.cut)))
    assert late.num_rows
    assert not set(late["id"].to_pylist()) & set(fold.train(source)["id"].to_pylist())


@pytest.mark.parametrize(("folds", "horizon"), [(0, 1), (1, 0), (2, 5), (1, 11)])
def test_nothing_to_train_on(folds: int, horizon: int) -> None:
    """Folds that leave nothing to train on are refused."""
    with pytest.raises(ConfigError, match="nothing to train on"):
        rolling(0, 10, folds=folds, horizon=horizon)
