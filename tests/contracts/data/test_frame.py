from __future__ import annotations

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from contracts.data.frame import schema, source
from contracts.errors import DataError
from contracts.moment import END_OF_TIME, instant
from contracts.schema.pandera import columns_of

COLUMNS = {
    "at": ["2024-01-02", "2024-01-01"],
    "plan": ["a", "b"],
    "months": [3, 4],
    "gain": [1.5, None],
}
FRAMES = {
    "pandas": pd.DataFrame(COLUMNS),
    "Arrow": pa.table(COLUMNS),
    "a function": lambda: pa.table(COLUMNS),
    "Ibis": lambda: ibis.memtable(pa.table(COLUMNS)).mutate(no=ibis.row_number()),
}


@pytest.mark.parametrize("name", FRAMES)
def test_events(name: str) -> None:
    """Each gives the same events: by time, an outcome to come without an arrival."""
    named = {"id": "no"} if name == "Ibis" else {}
    events = source(FRAMES[name], outcome="gain", time="at", delay="12h", **named)
    table = events.window(0, instant("2100-01-01T00:00:00Z"), known_by=END_OF_TIME)
    assert table["id"].to_pylist() == ["1", "0"]
    assert table["outcome"].to_pylist() == [None, 1.5]
    assert table["arrived"][1].as_py().isoformat() == "2024-01-02T12:00:00+00:00"
    assert table.select(["plan", "months"]).to_pylist() == [
        {"plan": "b", "months": 4},
        {"plan": "a", "months": 3},
    ]


def test_refusals() -> None:
    """What is no frame, and a column that can be no input, are refused."""
    with pytest.raises(DataError, match="expected a frame or a function that returns one, got int"):
        source(7, outcome="gain").window(0, 1, known_by=1)
    frame = pd.DataFrame({**COLUMNS, "tags": [["x"], ["y"]]})
    with pytest.raises(DataError, match="column 'tags': array<string> can be no input"):
        source(frame, outcome="gain", time="at").window(0, 1, known_by=1)


@pytest.mark.parametrize("name", FRAMES)
def test_schema(name: str) -> None:
    """Each gives the same columns; nothing but the kind is held to be a law."""
    without = ["at", "gain", *(["no"] if name == "Ibis" else [])]
    columns = columns_of(schema(FRAMES[name], without=without))
    assert [(each.name, each.kind, each.nullable, each.checks) for each in columns] == [
        ("plan", "str", True, ()),
        ("months", "int", True, ()),
    ]


def test_a_schema_without_what_is_not_there() -> None:
    """The message names the column that is nearest, and all that there are."""
    with pytest.raises(DataError, match=r"no column 'gian' \(did you mean 'gain'") as refusal:
        schema(FRAMES["pandas"], without=["at", "gian"])
    assert refusal.value.hint == "its columns are at, plan, months, gain"
