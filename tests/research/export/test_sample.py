from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from research.export.arrays import arrays
from research.export.sample import SINGLE_SIZE, SIZE, UNSEEN, cases, sample_rows

if TYPE_CHECKING:
    from research.export.arrays import Array

N = 20_000


@pytest.fixture
def rows() -> pa.Table:
    """Rows of which a few are unusual, none of them where an even spread would fall."""
    size, age = np.zeros(N), np.zeros(N, np.int64)
    size[[11, 12]] = -3.0, 3.0
    age[[21, 22]] = -7, 7
    place = np.full(N, "inn", object)
    place[[31, 32]] = "mill", None
    missing = np.arange(N) == 41
    return pa.table({"place": pa.array(place), "size": pa.array(size, mask=missing), "age": age})


@pytest.mark.parametrize("dictionary", [False, True])
def test_unusual_rows_are_in_the_sample(rows: pa.Table, *, dictionary: bool) -> None:
    """A null, an extreme or a text that only a single row of the table has."""
    chunked = pa.concat_tables([rows[:25], rows[25:]])
    if dictionary:
        chunked = chunked.set_column(0, "place", chunked["place"].dictionary_encode())
    sample = sample_rows(chunked)
    assert {*sample["place"].to_pylist()} == {"inn", "mill", None}
    assert sample["size"].null_count == 1
    assert (
        pc.min_max(sample["size"]).as_py(),
        pc.min_max(sample["age"]).as_py(),
    ) == (
        {"min": -3.0, "max": 3.0},
        {"min": -7, "max": 7},
    )
    assert SIZE < sample.num_rows <= SIZE + 8


def test_a_sample_of_many_texts_is_bounded() -> None:
    """A column with another text in each row adds no more than SIZE rows."""
    sample = sample_rows(
        pa.table({"name": [f"{at}" for at in range(N)], "none": pa.nulls(N, pa.float64())})
    )
    assert SIZE <= sample.num_rows <= 2 * SIZE


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_small_table_is_its_own_sample(rows: pa.Table, n: int) -> None:
    """The sample has every row once, in the table's order."""
    assert sample_rows(rows[:n]) == rows[:n]


class Recorder:
    """An estimator that records the rows it predicts, and refuses rows without an age."""

    def __init__(self) -> None:
        self.predicted: list[pd.DataFrame] = []

    def predict(self, frame: pd.DataFrame) -> Array:
        """Return a zero for each row."""
        if frame["age"].isna().any():
            raise ValueError("no age")
        self.predicted.append(frame)
        return np.zeros(len(frame))


def test_what_is_cases(rows: pa.Table) -> None:
    """The sample itself; each column missing alone; all optional ones together; unseen texts."""
    sample = arrays(sample_rows(rows))
    estimator: Any = Recorder()
    pairs = cases(estimator, sample)
    frames = [pd.DataFrame(columns) for columns, _ in pairs]
    missing = [
        {name for name in frame if (frame[name].isna() | (frame[name] == "")).all()}
        for frame in frames
    ]
    assert missing == [set(), {"place"}, {"size"}, {"place", "size"}, set()]
    assert [(frame["place"] == UNSEEN).all() for frame in frames] == [False] * 4 + [True]
    n = len(sample["age"])
    assert [len(frame) for frame in frames[:1] + frames[3:]] == [n] * 3
    assert all(SINGLE_SIZE <= len(frame) <= 2 * SINGLE_SIZE for frame in frames[1:3])
    assert [len(outputs) for _, outputs in pairs] == [len(frame) for frame in frames]
    assert len(estimator.predicted) == len(pairs)
