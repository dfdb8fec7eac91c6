"""A small sample of labelled rows: even over time, with every label."""

from __future__ import annotations

import pyarrow as pa
import pytest

from contracts.data.labelled import LabelledRows
from contracts.data.sample import LEAST, sample
from contracts.ports import OUTCOME
from tests.suites.target import Target

NUMBER = Target(product="p", kind="regression")
LABELS = Target(product="p", kind="multiclass", labels=("common", "rare"), labels_open=True)


def rows(outcomes: list[object], target: Target = LABELS) -> LabelledRows:
    """Return rows with some outcomes, and a column of their numbers."""
    table = pa.table({"number": range(len(outcomes)), OUTCOME: outcomes})
    return LabelledRows(events=table, target=target, inputs=("number",))


def numbers(some: LabelledRows) -> list[int]:
    """Return the numbers of rows."""
    return some.rows["number"].to_pylist()


def test_numbers_are_sampled_evenly() -> None:
    """From the first to the last, in order."""
    some = rows([float(at) for at in range(101)], NUMBER)
    assert numbers(sample(some, 5)) == [0, 25, 50, 75, 100]


@pytest.mark.parametrize("some", [rows(["common", "rare", "common"]), rows([1, 2, 3], NUMBER)])
def test_few_rows_are_all_taken(some: LabelledRows) -> None:
    """A sample is never larger than what it is of."""
    assert numbers(sample(some, 500)) == [0, 1, 2]


def test_a_rare_label_is_in_the_sample() -> None:
    """One in a thousand rows is as good as never among every hundredth."""
    outcomes: list[object] = ["common"] * 10_000
    for at in range(7, 10_000, 1_000):
        outcomes[at] = "rare"
    taken = sample(rows(outcomes), 100)
    assert taken.events[OUTCOME].to_pylist().count("rare") == LEAST
    assert len(taken) == 60
    assert numbers(taken) == sorted(numbers(taken))


def test_labels_that_are_not_listed_count_as_one() -> None:
    """However many they are, the sample stays small."""
    outcomes: list[object] = ["common", "rare", *(f"new {at}" for at in range(2_000))]
    assert len(sample(rows(outcomes), 60)) == 22
