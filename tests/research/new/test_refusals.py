"""What no product can be made of: refused by name, with what was expected and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import LiaisonError
from research.new.findings import look
from tests.research.new.tables import HOUR, INSTANT, NOW, START, asked, found, table, written

if TYPE_CHECKING:
    from pathlib import Path

N = 600
FEW_KNOWN = [None if at % 4 else at % 8 == 0 for at in range(N)]
HALF = [None if at % 2 else True for at in range(N)]
TIMES = pa.array(START + HOUR * np.arange(N), INSTANT)

EPOCHS = START + HOUR * np.arange(N)

#: Columns that differ from the usual ones, keys that are given, and what the refusal says.
TABLES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "target misspelt": ({}, {"target": "lefd"}, "no column 'lefd' (did you mean 'left'?)"),
    "time misspelt": ({}, {"time": "att"}, "time: the data have no column 'att'"),
    "arrived misspelt": ({}, {"arrived": "later"}, "arrived: the data have no column 'later'"),
    "key missing": ({}, {"key": "customer"}, "key: the data have no column 'customer'"),
    "id missing": ({}, {"id": "number"}, "id: the data have no column 'number'"),
    "drop missing": ({}, {"drop": "plan,x"}, "drop: the data have no column 'x'"),
    "keep missing": ({}, {"keep": "x"}, "keep: the data have no column 'x'"),
    "drop and keep": ({}, {"drop": "plan", "keep": "plan"}, "drop and keep both name"),
    "empty name": ({}, {"drop": "plan,,"}, "a column's name is empty"),
    "target as time": ({}, {"time": "left"}, "time=left: the column is the target"),
    "target as key": ({}, {"key": "left"}, "key=left: the column is the target"),
    "target null": ({"left": pa.nulls(N, pa.bool_())}, {}, "'left': null in every row"),
    "one outcome": ({"left": [True] * N}, {}, "every outcome is True"),
    "one outcome known": ({"left": HALF}, {}, "every outcome is True"),
    "target of times": ({"left": TIMES}, {"time": "at"}, "expected numbers, texts or true and"),
    "infinite target": ({"left": [np.inf, *range(1, N)]}, {}, "infinite values"),
    "too many texts": ({"left": [f"t{at}" for at in range(N)]}, {}, "600 different texts"),
    "regression of texts": ({}, {"target": "plan", "kind": "regression"}, "expected numbers"),
    "binary of three": ({}, {"target": "plan", "kind": "binary"}, "has 3 values, expected two"),
    "classes of fractions": ({}, {"target": "amount", "kind": "multiclass"}, "no classes"),
    "no such positive": ({}, {"positive": "yes"}, "positive=yes: target 'left' has no such value"),
    "several times": ({"then": TIMES}, {}, "several columns hold times: at, then"),
    "time of numbers": ({}, {"time": "amount"}, "time=amount: numbers from -"),
    "numbers of two units": (
        {"at": EPOCHS // 10**6, "then": EPOCHS // 1000},
        {"time": "at", "arrived": "then"},
        "time and arrived are numbers of other units: s, ms",
    ),
    "numbers that may be times": (
        {"at": None, "size": EPOCHS // 10**6},
        {},
        "time: the numbers of 'size' may be seconds since 1970, or anything else",
    ),
    "unit of no numbers": ({}, {"unit": "s"}, "unit=s: no times are numbers"),
    "time of texts": ({}, {"time": "plan"}, "is no time as ISO 8601 writes it"),
    "time of one wrong text": (
        {"at": ["17/03/2024 21:40", *["2024-03-17 21:40"] * (N - 1)]},
        {"time": "at"},
        "time=at: '17/03/2024 21:40' is no time",
    ),
    "texts like times": (
        {"at": [f"{1 + at % 28:02}/03/2024 21:40" for at in range(N)]},
        {},
        r"""say query="SELECT * REPLACE (strptime(\"at\", '%d/%m/%Y %H:%M') AS""",
    ),
    "days like times": (
        {"at": [f"{1 + at % 28}.3.2024" for at in range(N)]},
        {},
        "time=none: there is no time",
    ),
    "days of either order": (
        {"at": [f"{1 + at % 12:02}/03/2024" for at in range(N)]},
        {},
        "FROM data\", or '%m/%d/%Y' in place of '%d/%m/%Y': both fit",
    ),
    "decimal comma": (
        {"left": [f"1.{at:03},{at % 10}" for at in range(N)]},
        {},
        "texts such as '1.000,0' are numbers with a decimal comma",
    ),
    "thousands": (
        {"left": [f"{1 + at},{at:03}" for at in range(N)]},
        {},
        r"""say query="SELECT * REPLACE (replace(\"left\", ',', '')::double AS \"left\") FROM""",
    ),
    "decimals of three digits": (
        {"left": [f"0,{at:03}" for at in range(N)]},
        {},
        "texts such as '0,000' are numbers with a decimal comma",
    ),
    "list as target": ({"left": [[at] for at in range(N)]}, {}, "target=left: expected a value in"),
    "struct as key": ({"plan": [{"a": at} for at in range(N)]}, {"key": "plan"}, "found a struct"),
    "percent": ({"left": [f"{at} %" for at in range(N)]}, {}, "texts such as '0 %' are numbers"),
    "no such zone": (
        {"at": TIMES.cast(pa.timestamp("us"))},
        {"zone": "Mars"},
        "zone=Mars: no such",
    ),
    "time null": (
        {"at": pa.array([None, *TIMES.to_pylist()[1:]], INSTANT)},
        {},
        "1 rows have none",
    ),
    "arrived null": (
        {"then": pa.array([None, *TIMES.to_pylist()[1:]], INSTANT)},
        {"time": "at", "arrived": "then"},
        "arrived=then: 1 rows with an outcome have none",
    ),
    "arrived early": (
        {"then": pa.array(START + HOUR * (np.arange(N) - 1), INSTANT)},
        {"time": "at", "arrived": "then"},
        "600 outcomes were known before their events",
    ),
    "arrived alone": ({}, {"arrived": "at"}, "arrived=0 time=at if outcomes are known at once"),
    "arrived of texts": ({}, {"arrived": "plan"}, "is no time as ISO 8601 writes it"),
    "zone misspelt": ({}, {"zone": "Asia/Tokio"}, "(did you mean 'Asia/Tokyo'?)"),
    "delay below zero": ({}, {"arrived": "-3d"}, "or a delay, such as arrived=7d"),
    "outcomes too late": ({}, {"arrived": "90d"}, "give data of 495d or longer"),
    "few outcomes": ({"left": FEW_KNOWN}, {}, "give more rows with an outcome: about 200"),
    "few rows without time": ({"left": FEW_KNOWN}, {"time": "none"}, "150 rows have one"),
    "id twice": ({}, {"id": "plan"}, "rows, and 2 more ids in several"),
    "id null": ({"plan": pa.array([None, *"x" * (N - 1)])}, {"id": "plan"}, "1 rows have none"),
    "no input": ({"amount": None, "plan": None}, {}, "no column is left to predict from"),
    "one label at first": ({"left": [False] * 500 + [True] * 100}, {}, "every outcome is False"),
    "no name": ({}, {"product": None}, "expected the new product's name, got None"),
    "name with a slash": ({}, {"product": "../churn"}, "got '../churn'"),
    "name with a dot": ({}, {"product": "churn.eu"}, "got 'churn.eu'"),
    "capital name": ({}, {"product": "Churn"}, "got 'Churn'"),
    "no target": ({}, {"target": None}, "target: task=new needs it"),
    "table of a file": ({}, {"table": "events"}, "is a file or a folder, not a database"),
    "no query": ({}, {"query": "drop table data"}, 'query="SELECT * FROM data"'),
    "query of a column": ({}, {"query": "SELECT amout FROM data"}, '"amout" not found'),
    "query without places": ({}, {"query": 'SELECT "at", amount, "left" FROM data'}, "liaison_row"),
    "time kept": ({}, {"keep": "at"}, "keep=at: the column is the time, and no input"),
}


@pytest.mark.parametrize("fault", TABLES)
def test_table(fault: str, tmp_path: Path) -> None:
    """The message names the column or the key, and a hint says what to do."""
    columns, given, expected = TABLES[fault]
    with pytest.raises(LiaisonError) as refusal:
        found(tmp_path, table(N, **columns), **given)
    assert expected in str(refusal.value)
    assert refusal.value.hint


def test_few_rows(tmp_path: Path) -> None:
    """Nothing is learned from a few dozen outcomes."""
    with pytest.raises(LiaisonError, match="too few outcomes: 60 rows have one"):
        found(tmp_path, table(60))


#: Files and their contents, what is named as the data, and what the refusal says.
FILES: dict[str, tuple[dict[str, bytes], str, str]] = {
    "nothing there": ({}, "churn.parquet", "no file or folder"),
    "empty folder": ({"data/notes.md": b"x"}, "data", "found none"),
    "two formats": (
        {"data/a.csv": b"a\n1\n", "data/b.parquet": b""},
        "data",
        "1 csv and 1 parquet",
    ),
    "unknown format": ({"events.xlsx": b"x"}, "events.xlsx", "expected files of one format"),
    "no Parquet": ({"events.parquet": b"PAR1 not"}, "events.parquet", "cannot be read"),
    "empty file": ({"events.csv": b""}, "events.csv", "events.csv"),
    "header alone": ({"events.csv": b"at,left\n"}, "events.csv", "has a header and no row"),
    "two schemas": (
        {"data/a.csv": b"at,left\n1,2\n", "data/b.csv": b"other,columns,here\n1,2,3\n"},
        "data",
        "expected files of one schema",
    ),
}


@pytest.mark.parametrize("fault", FILES)
def test_files(fault: str, tmp_path: Path) -> None:
    """What cannot be read is named."""
    files, data, expected = FILES[fault]
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    with pytest.raises(LiaisonError) as refusal:
        look(asked(tmp_path / data), now=NOW)
    assert expected in str(refusal.value)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("url", "given", "expected"),
    [
        ("postgresql://ada@127.0.0.1/x", {}, "expected a table or a query of the database"),
        ("postgresql://ada:secret@127.0.0.1/x", {"table": "t"}, "the URL has a password"),
        ("mysql://127.0.0.1/x", {"table": "t"}, "no database of the scheme 'mysql'"),
        ("postgresql://ada@127.0.0.1:1/x", {"table": "t"}, "cannot be read"),
        ("sqlite:///nowhere/x.db", {"table": "t"}, "there is no file '/nowhere/x.db'"),
    ],
)
def test_databases(url: str, given: dict[str, str], expected: str) -> None:
    """A URL is refused without what to read there, with a password, or where nothing answers."""
    with pytest.raises(LiaisonError) as refusal:
        look(asked(url, **given), now=NOW)
    assert expected in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_folder(tmp_path: Path) -> None:
    """The files of a folder are one table, whatever order they were written in."""
    rows = table(N)
    halves = {"b": slice(300, None), "a": slice(0, 300)}
    for name, part in halves.items():
        columns = {column: values[part] for column, values in rows.items()}
        written(tmp_path / f"{name}.parquet", columns)
    assert look(asked(tmp_path), now=NOW).rows == N


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """SQLite makes a file of whatever path is mistyped: none is left."""
    with pytest.raises(LiaisonError, match="there is no file"):
        look(asked(f"sqlite://{tmp_path}/nothere.db", table="t"), now=NOW)
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """The next step is to read it as the file that it is."""
    (tmp_path / "events.csv").write_text("a,b\n1,2\n" * 200)
    with pytest.raises(LiaisonError, match="CSV and Parquet are read without sqlite://"):
        look(asked(f"sqlite://{tmp_path}/events.csv", table="t"), now=NOW)


def test_no_folder_of_a_package() -> None:
    """An empty name is none, and this folder is not taken for it."""
    with pytest.raises(LiaisonError, match="package: the folder's name is empty"):
        look(asked("events.csv", package=""), now=NOW)
