from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from research.export.sample import ALONE, FOREIGN, SIZE, asked, telling
from research.export.values import values

if TYPE_CHECKING:
    from research.export.values import Values

N = 20_000


@pytest.fixture
def rows() -> pa.Table:
    """Rows of which single ones are unlike all others, none of them where a spread would fall."""
    size, age = np.zeros(N), np.zeros(N, np.int64)
    size[[11, 12]] = -3.0, 3.0
    age[[21, 22]] = -7, 7
    place = np.full(N, "inn", object)
    place[[31, 32]] = "mill", None
    lacks = np.arange(N) == 41
    return pa.table({"place": pa.array(place), "size": pa.array(size, mask=lacks), "age": age})


@pytest.mark.parametrize("dictionary", [False, True])
def test_what_one_row_shows_is_in_the_sample(rows: pa.Table, *, dictionary: bool) -> None:
    """A null, an extreme, a text or the lack of one that a single row of the table holds."""
    chunked = pa.concat_tables([rows[:25], rows[25:]])
    if dictionary:
        chunked = chunked.set_column(0, "place", chunked["place"].dictionary_encode())
    found = telling(chunked)
    assert {*found["place"].to_pylist()} == {"inn", "mill", None}
    assert found["size"].null_count == 1
    assert (
        pc.min_max(found["size"]).as_py(),
        pc.min_max(found["age"]).as_py(),
    ) == (
        {"min": -3.0, "max": 3.0},
        {"min": -7, "max": 7},
    )
    assert SIZE < found.num_rows <= SIZE + 8


def test_a_sample_of_texts_without_end_is_bounded() -> None:
    """A column that names each row anew adds no more than a number of them."""
    found = telling(
        pa.table({"name": [f"{at}" for at in range(N)], "none": pa.nulls(N, pa.float64())})
    )
    assert SIZE <= found.num_rows <= 2 * SIZE


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_small_table_is_its_own_sample(rows: pa.Table, n: int) -> None:
    """Every row once, in the table's order."""
    assert telling(rows[:n]) == rows[:n]


class Recorder:
    """An estimator that remembers what it answers, and refuses rows without an age."""

    def __init__(self) -> None:
        self.answered: list[pd.DataFrame] = []

    def predict(self, frame: pd.DataFrame) -> Values:
        """Return a zero for each row."""
        if frame["age"].isna().any():
            raise ValueError("no age")
        self.answered.append(frame)
        return np.zeros(len(frame))


def test_what_is_asked(rows: pa.Table) -> None:
    """As it is; each column lacking alone; all that may, together; unseen texts: if answered."""
    sample = values(telling(rows))
    estimator: Any = Recorder()
    pairs = asked(estimator, sample)
    frames = [pd.DataFrame(columns) for columns, _ in pairs]
    lacking = [
        {name for name in frame if (frame[name].isna() | (frame[name] == "")).all()}
        for frame in frames
    ]
    assert lacking == [set(), {"place"}, {"size"}, {"place", "size"}, set()]
    assert [(frame["place"] == FOREIGN).all() for frame in frames] == [False] * 4 + [True]
    n = len(sample["age"])
    assert [len(frame) for frame in frames[:1] + frames[3:]] == [n] * 3
    assert all(ALONE <= len(frame) <= 2 * ALONE for frame in frames[1:3])
    assert [len(found) for _, found in pairs] == [len(frame) for frame in frames]
    assert len(estimator.answered) == len(pairs)
