"""Rolling splits of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.data.split import rolling
from contracts.errors import ConfigError


@given(
    start=st.integers(-(10**6), 10**6),
    training=st.integers(1, 10**6),
    folds=st.integers(1, 20),
    horizon=st.integers(1, 10**5),
)
def test_cover(start: int, training: int, folds: int, horizon: int) -> None:
    """The tests follow one another without a gap, each after its training window."""
    end = start + training + folds * horizon
    made = rolling(start, end, folds=folds, horizon=horizon)
    assert len(made) == folds
    assert [fold.cut for fold in made[1:]] == [fold.end for fold in made[:-1]]
    assert (made[0].cut, made[-1].end) == (start + training, end)
    assert all(fold.start == start < fold.cut for fold in made)


@pytest.mark.parametrize(("folds", "horizon"), [(0, 1), (1, 0), (2, 5), (1, 11)])
def test_nothing_to_train_on(folds: int, horizon: int) -> None:
    """Folds that leave nothing to train on are refused."""
    with pytest.raises(ConfigError, match="nothing to train on"):
        rolling(0, 10, folds=folds, horizon=horizon)
