from __future__ import annotations

import sqlite3
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from contracts.data.opened import open_table
from contracts.data.programmatic import Programmatic
from contracts.data.table import events
from contracts.errors import DataError
from contracts.moment import END_OF_TIME, instant, iso

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

LINES = """\
Zeit,Größe (cm),kunde,bezahlt,gewinn
2024-07-01 12:00:00,1.5,a,2024-07-03 12:00:00,7.5
2024-01-01 12:00:00,,b,,
2024-01-02 12:00:00,3,a,2024-01-05 00:00:00,-1
"""
COLUMNS: list[dict[str, Any]] = [{"name": "size", "from": "Größe (cm)", "kind": "float"}]


def rows(path: Path, **given: Any) -> pa.Table:
    """Return all events of a small table, of which one has no outcome yet."""
    usual = {"outcome": "gewinn", "time": "Zeit", "arrived": "bezahlt", "columns": COLUMNS}
    keys = {"data": str(path), **usual, **given}
    whole = Programmatic(lambda: events(**keys))
    return whole.window(0, instant("2100-01-01T00:00:00Z"), known_by=END_OF_TIME)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A CSV file with unsorted rows and odd headers."""
    path = tmp_path / "käufe.csv"
    path.write_text(LINES, "utf-8")
    return path


def test_standard_columns(file: Path) -> None:
    """Rows come by time, numbered as in the file; an outcome to come has no arrival."""
    table = rows(file)
    assert table["id"].to_pylist() == table["key"].to_pylist() == ["1", "2", "0"]
    assert table["outcome"].to_pylist() == [None, -1, 7.5]
    assert table["arrived"].null_count == 1
    assert table["known"].equals(table["time"])
    assert table["size"].to_pylist() == [None, 3, 1.5]


def test_zone(file: Path) -> None:
    """Clocks of a zone become instants, summer time included."""
    times = rows(file, zone="Europe/Berlin", delay="2d", arrived=None).select(["time", "arrived"])
    first, *_, last = times.to_pylist()
    assert first["time"].isoformat() == "2024-01-01T11:00:00+00:00"
    assert last["time"].isoformat() == "2024-07-01T10:00:00+00:00"
    assert (last["arrived"] - last["time"]).days == 2


def test_key(file: Path) -> None:
    """The key is whose event it is."""
    assert rows(file, key="kunde")["key"].to_pylist() == ["b", "a", "a"]


def test_no_time(file: Path) -> None:
    """Rows without a time follow each other in an order that is no file's, always the same."""
    table = rows(file, time=None, arrived=None, spacing="1h")
    assert [iso(at.value // 1000) for at in table["time"].to_pandas()] == [
        f"2000-01-01T0{hour}:00:00Z" for hour in range(3)
    ]
    assert table.equals(rows(file, time=None, arrived=None, spacing="1h"))


def test_sqlite(tmp_path: Path) -> None:
    """A table of SQLite gives the same events as a file."""
    path = tmp_path / "events.db"
    with sqlite3.connect(path) as database:
        database.execute("create table buys (no int, Zeit timestamp, gewinn real, size real)")
        database.execute("insert into buys values (7, '2024-01-01 12:00:00', 1.5, 2)")
    database.close()
    table = rows(
        path, data=f"sqlite:///{path}", table="buys", id="no", arrived=None, delay="1d",
        columns=[{"name": "size", "kind": "float"}],
    )  # fmt: skip
    (row,) = table.select(["id", "time", "outcome", "size"]).to_pylist()
    assert (row["id"], row["outcome"], row["size"]) == ("7", 1.5, 2)
    assert row["time"].isoformat() == "2024-01-01T12:00:00+00:00"


def test_query(file: Path) -> None:
    """Of files, a query derives columns and leaves out rows; each keeps its number."""
    query = """SELECT *, hour("Zeit") + 0.5 AS "Größe (cm)" FROM data WHERE "kunde" = 'a'"""
    query = query.replace("SELECT *", 'SELECT * EXCLUDE ("Größe (cm)")')
    table = rows(file, query=query)
    assert table["id"].to_pylist() == ["2", "0"]
    assert table["size"].to_pylist() == [12.5, 12.5]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"outcome": "gewin"}, "has no column 'gewin' (did you mean 'gewinn'?)"),
        ({"columns": [{"name": "kunde", "kind": "float"}]}, "declared as float, the data have"),
        ({"columns": [{"name": "gewinn", "kind": "int"}]}, "declared as int, the data have float"),
    ],
)
def test_refusals(file: Path, given: dict[str, Any], expected: str) -> None:
    """A column that is missing, or of another kind than declared, is refused by name."""
    with pytest.raises(DataError) as refusal:
        rows(file, **given)
    assert expected in str(refusal.value)


def test_another_encoding(file: Path) -> None:
    """What is not UTF-8 is refused with the command that writes it so."""
    file.write_bytes(LINES.encode("latin1"))
    with pytest.raises(DataError, match="iconv -f LATIN1 -t UTF-8") as refusal:
        rows(file)
    command = f"cd {file.parent} && {refusal.value.hint.partition(': ')[2]}"
    subprocess.run(["/bin/bash", "-c", command], check=True)
    assert (file.parent / "copy.csv").read_text("utf-8") == LINES


def test_a_server_that_does_not_answer() -> None:
    """What its driver says besides is left out: one line has the reason and the next step."""
    with pytest.raises(DataError, match=r"Connection refused → the server, user") as refusal:
        open_table("postgresql://u@127.0.0.1:1/x", table="t")
    assert str(refusal.value).count("\n") == 0
