from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.data.labelled import LabelledRows
from contracts.moment import DAY, HOUR
from production.agents import row_digests
from production.agents.hashed_rows import RowHasher
from production.agents.row_digests import KnownRows, RowDigests
from production.agents.row_hash import table_digest, value_hashes
from tests.suites.target import Target

ROWS = 480
TARGET = Target(product="p", kind="binary", labels=(False, True))


def events(**columns: Any) -> pa.Table:
    """Return twenty days of hourly rows, with some columns given otherwise."""
    times = np.arange(ROWS) * HOUR
    table = {
        "id": [f"event-{at}" for at in range(ROWS)],
        "time": pa.array(times, pa.timestamp("us", "UTC")),
        "outcome": pa.array(np.arange(ROWS) % 3 == 0),
        "arrived": pa.array(times + HOUR, pa.timestamp("us", "UTC")),
        "text": pa.array([None if at % 7 == 0 else f"é{at % 5}" for at in range(ROWS)]),
        "number": pa.array(np.arange(ROWS) / 4),
    }
    return pa.table(table | columns)


def known(table: pa.Table, **options: Any) -> KnownRows:
    """Return the digested rows of a table."""
    rows = LabelledRows(events=table, target=TARGET, inputs=("text", "number"))
    return KnownRows(RowHasher().hashed(rows, moment=20 * DAY), **options)


def test_rows_that_come_back_are_unchanged_in_any_order_and_chunks() -> None:
    """Also beside rows that are new; stored and read back in between."""
    stored = msgspec.json.encode(msgspec.to_builtins(known(events()).digests))
    earlier = msgspec.convert(msgspec.json.decode(stored), RowDigests)
    shuffled = events().take(np.random.default_rng(0).permutation(ROWS))
    more = pa.concat_tables([shuffled, events(id=[f"new-{at}" for at in range(ROWS)])])
    change = known(more).change(earlier, start=0)
    assert (change.compared, change.changed, change.since) == (ROWS, 0, 20 * DAY)


@pytest.mark.parametrize(
    ("column", "value"),
    [("outcome", True), ("text", "é0"), ("text", ""), ("number", float("nan")), ("id", "other")],
)
def test_one_changed_value_changes_its_row(column: str, value: Any) -> None:
    """The day of it is known; null and the empty text differ."""
    values = events()[column].to_pylist()
    values[49] = value
    changed = events(**{column: pa.array(values, events().schema.field(column).type)})
    change = known(changed).change(known(events()).digests, start=0)
    assert (change.changed, change.first, change.last) == (1, 2 * DAY, 3 * DAY)


def test_missing_rows_count_and_those_that_left_the_training_window_do_not() -> None:
    """Days that lie before its start, or that it begins within, are not compared."""
    earlier = known(events()).digests
    later = events().slice(5 * 24 + 1)
    assert known(later).change(earlier, start=0).changed == 5 * 24 + 1
    change = known(later).change(earlier, start=5 * DAY + HOUR)
    assert (change.changed, change.compared) == (0, 14 * 24)


def test_other_columns_cannot_be_compared() -> None:
    """A contract with another input is no change of history."""
    change = known(events()).change(known(events().drop_columns(["text"])).digests, start=0)
    assert (change.compared, change.changed) == (0, 0)


def test_of_many_rows_some_are_digested_the_same_ones_at_every_refresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The share that changed is that of all rows, whether the table grew or was cut meanwhile."""
    monkeypatch.setattr(row_digests, "MOST", 100)
    digests = known(events()).digests
    assert (digests.every, len(digests.digests) // 8) == (8, sum(digests.counts))
    assert 30 < sum(digests.counts) < 100
    grown = pa.concat_tables([events(), events(id=[f"new-{at}" for at in range(ROWS)])])
    assert known(grown, finest=8).change(digests, start=0).changed == 0
    cut = known(events().slice(0, 24), finest=8).change(digests, start=0)
    assert cut.share == pytest.approx(0.95, abs=0.05)
    coarse = known(grown).digests
    assert known(events(), finest=coarse.every).change(coarse, start=0).compared == sum(
        coarse.counts
    )


def test_hashes_of_slices_are_those_of_their_values() -> None:
    """Also across chunks, for texts longer and shorter than a word of memory."""
    texts = pa.chunked_array([["a", "b", None], ["abcdefgh", "abcdefghi", "", "abcdefgh\0"]])
    hashes = value_hashes(texts)
    assert len({*hashes.tolist()}) == 7
    for start in range(7):
        tail = texts.slice(start)
        assert value_hashes(tail).tolist() == hashes[start:].tolist()
        assert value_hashes(pa.chunked_array([tail.combine_chunks()])).tolist() == (
            hashes[start:].tolist()
        )


def test_equal_numbers_hash_alike() -> None:
    """Both zeros, and every NaN; a null is neither."""
    quiet, loud = np.array([0x7FF8000000000000, 0x7FF8000000000001], np.uint64).view(np.float64)
    values = pa.chunked_array([pa.array([0.0, -0.0, quiet, loud]), pa.array([None], pa.float64())])
    zero, minus, one, other, null = value_hashes(values).tolist()
    assert zero == minus
    assert one == other
    assert len({zero, one, null}) == 3


def test_a_table_s_digest_is_of_its_names_and_values_in_their_order() -> None:
    """However it is divided into chunks."""
    table = pa.table({"id": ["a", "b", "c"], "size": [1.0, None, 2.0]})
    parts = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert table_digest(parts) == table_digest(table)
    others = [
        table.take(pa.array([1, 0, 2])),
        table.rename_columns(["id", "length"]),
        table.set_column(1, "size", pa.array([1.0, 0.0, 2.0])),
        table.slice(1),
    ]
    assert len({table_digest(each) for each in [table, *others]}) == 5
