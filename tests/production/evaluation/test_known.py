from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from contracts.data.memory import Memory
from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, END_OF_TIME
from production.evaluation.known import Known

if TYPE_CHECKING:
    from contracts.contract import Contract


def test_at_the_start_it_holds_what_had_arrived_and_no_more(
    history: pa.Table, contract: Contract
) -> None:
    """The baseline's first day knows what anyone knew then."""
    known = Known(Memory(history), contract, moment=12 * DAY, memory=5 * DAY)
    arrived, outcomes = known.arrays(12 * DAY)
    rows = with_outcome(Memory(history).window(7 * DAY, 12 * DAY, known_by=END_OF_TIME))
    expected = np.sort(instants(rows["arrived"]))
    assert np.array_equal(arrived, expected[expected < 12 * DAY])
    assert len(arrived) == len(outcomes) > 100


def test_what_a_window_sees_does_not_depend_on_how_outcomes_came(
    history: pa.Table, contract: Contract
) -> None:
    """In many takes or in one, and however much later: an older window sees what it saw."""
    rows = with_outcome(Memory(history).window(12 * DAY, 40 * DAY, known_by=END_OF_TIME))
    rows = rows.sort_by("arrived")
    arrived, outcomes = instants(rows["arrived"]), rows["outcome"].combine_chunks()
    one, many = (
        Known(Memory(history), contract, moment=12 * DAY, memory=5 * DAY) for _ in range(2)
    )
    one.take(arrived, outcomes)
    for at in range(0, len(arrived), 50):
        many.take(arrived[at : at + 50], outcomes.slice(at, 50))
    many.take(np.array([], np.int64), pa.array([]))
    for start in (12 * DAY, 20 * DAY, 39 * DAY):
        mine, theirs = one.arrays(start), many.arrays(start)
        assert np.array_equal(mine[0], theirs[0])
        assert np.array_equal(mine[1], theirs[1])
        assert mine[0].min() >= start - 5 * DAY
