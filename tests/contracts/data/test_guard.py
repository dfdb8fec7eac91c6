"""The check before a training."""

from __future__ import annotations

import pyarrow as pa
import pytest

from contracts.data.guard import check_known, guarded
from contracts.data.memory import Memory
from contracts.data.rows import INSTANT
from contracts.errors import LeakError
from contracts.moment import DAY, EVER
from tests.suites.source import LAST, events

MOMENT = 5 * DAY


def test_honest() -> None:
    """Rows as they were known pass."""
    check_known(Memory(events()).window(0, MOMENT, known_by=MOMENT), MOMENT)


@pytest.mark.parametrize("known_by", [MOMENT, MOMENT + 1])
def test_strict(known_by: int) -> None:
    """An outcome that arrives at the moment itself is a leak, one just before is none."""
    row = Memory(events()).window(0, LAST, known_by=LAST).slice(0, 1)
    row = row.set_column(3, "outcome", pa.array([True]))
    row = row.set_column(4, "arrived", pa.array([MOMENT], INSTANT))
    if known_by > MOMENT:
        check_known(row, known_by)
    else:
        with pytest.raises(LeakError, match="1 rows hold outcomes that had not arrived"):
            check_known(row, known_by)


def test_planted() -> None:
    """Rows that know the future are refused: how many, and which come first."""
    rows = Memory(events()).window(0, MOMENT, known_by=LAST)
    with pytest.raises(LeakError, match=r"rows hold outcomes .* 1970-01-06") as caught:
        check_known(rows, MOMENT)
    late = [
        row["id"]
        for row in rows.cast(rows.schema.set(4, pa.field("arrived", pa.int64()))).to_pylist()
        if row["arrived"] is not None and row["arrived"] >= MOMENT
    ]
    assert list(caught.value.details) == late
    assert "known_by" in caught.value.hint
    assert str(caught.value).startswith(f"{len(late)} rows")


def test_undated() -> None:
    """An outcome that does not say when it arrived is a leak."""
    rows = Memory(events()).window(0, MOMENT, known_by=MOMENT)
    undated = pa.nulls(rows.num_rows, INSTANT)
    with pytest.raises(LeakError, match="the end of time"):
        check_known(rows.set_column(4, "arrived", undated), EVER)


def test_feature_ahead() -> None:
    """A feature that became known after its event is a leak, at its event it is none."""
    rows = Memory(events()).window(0, MOMENT, known_by=MOMENT)
    check_known(rows.set_column(5, "known", rows["time"]), MOMENT)
    later = pa.array([value + 1 for value in rows["time"].cast(pa.int64()).to_pylist()], INSTANT)
    with pytest.raises(LeakError, match="features that were not known") as caught:
        check_known(rows.set_column(5, "known", later), MOMENT)
    assert "derive `known`" in caught.value.hint


def test_a_guarded_window_is_the_sources_or_none() -> None:
    """What a source hands over comes through as it is, unless it knows more than was known."""

    class Clairvoyant(Memory):
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:  # noqa: ARG002
            return super().window(start, end, known_by=EVER)

    honest = Memory(events())
    rows = guarded(honest, 0, MOMENT, known_by=MOMENT)
    assert rows.equals(honest.window(0, MOMENT, known_by=MOMENT))
    with pytest.raises(LeakError, match="had not arrived"):
        guarded(Clairvoyant(events()), 0, MOMENT, known_by=MOMENT)
