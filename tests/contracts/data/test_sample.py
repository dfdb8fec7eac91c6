"""A small sample of labelled rows: even over time, with every label."""

from __future__ import annotations

import pyarrow as pa
import pytest

from contracts.data.labelled import LabelledRows
from contracts.data.sample import LEAST, sample
from contracts.ports import OUTCOME


def rows(outcomes: list[object]) -> LabelledRows:
    """Return rows with some outcomes, and a column of their numbers."""
    table = pa.table({"number": range(len(outcomes)), OUTCOME: outcomes})
    return LabelledRows(events=table, inputs=("number",))


def numbers(some: LabelledRows) -> list[int]:
    """Return the numbers of rows."""
    return some.rows["number"].to_pylist()


def test_numbers_are_sampled_evenly() -> None:
    """From the first to the last, in order."""
    assert numbers(sample(rows([float(at) for at in range(101)]), 5, labels=False)) == [
        0,
        25,
        50,
        75,
        100,
    ]


@pytest.mark.parametrize("labels", [True, False])
def test_few_rows_are_all_taken(*, labels: bool) -> None:
    """A sample is never larger than what it is of."""
    assert numbers(sample(rows([True, False, True]), 500, labels=labels)) == [0, 1, 2]


def test_a_rare_label_is_in_the_sample() -> None:
    """One in a thousand rows is as good as never among every hundredth."""
    outcomes: list[object] = ["common"] * 10_000
    for at in range(7, 10_000, 1_000):
        outcomes[at] = "rare"
    taken = sample(rows(outcomes), 100, labels=True)
    assert taken.events[OUTCOME].to_pylist().count("rare") == LEAST
    assert len(taken) == 60
    assert numbers(taken) == sorted(numbers(taken))
