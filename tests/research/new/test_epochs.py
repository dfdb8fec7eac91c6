"""Times that are numbers since 1970, and the days of a product in a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest

from contracts.data.table import events
from contracts.moment import DAY, HOUR, iso
from research.new.findings import look, source
from tests.research.new.tables import NOW, START, asked, found, table
from tests.suites.postgresql import SERVER, fresh_schema

if TYPE_CHECKING:
    from pathlib import Path

N = 600
EPOCHS = START + HOUR * np.arange(N)
#: The units, and how many of each a microsecond's million is.
UNITS = {"s": 10**6, "ms": 10**3, "us": 1}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", ["int", "float"])
def test_numbers_are_times(unit: str, kind: str, tmp_path: Path) -> None:
    """Their size says the unit; the windows are those of the same times as instants."""
    numbers = EPOCHS // UNITS[unit] if kind == "int" else EPOCHS / UNITS[unit]
    findings = found(tmp_path, table(N, at=numbers), arrived="1d")
    assert (findings.asked.time, findings.asked.unit) == ("at", unit)
    assert f"since 1970: {iso(START)} to" in findings.doubts[0]
    assert not [each for each in findings.doubts if "no zone" in each]
    assert findings.windows == found(tmp_path, table(N), arrived="1d").windows


def test_a_unit_that_is_said(tmp_path: Path) -> None:
    """It holds for numbers of other years, too; arrivals are read alike."""
    old = (EPOCHS - 40 * 365 * DAY) // 10**6
    columns: dict[str, Any] = {"at": old, "then": old + 3600}
    findings = found(tmp_path, table(N, **columns), time="at", arrived="then", unit="s")
    assert iso(findings.windows.history).startswith("1984-01-1")
    assert findings.windows.lag == HOUR


def test_names_of_rows_are_no_times(tmp_path: Path) -> None:
    """A number that names rows may be as large as a time."""
    columns: dict[str, Any] = {"at": None, "order_no": EPOCHS // 10**6}
    assert not found(tmp_path, table(N, **columns)).timed


def test_microseconds_are_exact_in_a_database() -> None:
    """DuckDB and PostgreSQL make the same instants of numbers, to the last microsecond."""
    moments = np.random.default_rng(0).integers(10**15, 4 * 10**15, 500)
    with fresh_schema() as url:
        name = url.rpartition("%3D")[2]
        with psycopg.connect(SERVER, autocommit=True) as connection:
            connection.execute(f"CREATE TABLE {name}.e (number bigint, late boolean)")
            cursor = connection.cursor()
            cursor.executemany(
                f"INSERT INTO {name}.e VALUES (%s, true)", [(int(each),) for each in moments]
            )
        query = events(
            data=SERVER, table=f"{name}.e", outcome="late", columns=[], time="number", unit="us",
            id="number",
        )  # fmt: skip
        rows = query.to_pyarrow()
        query.get_backend().disconnect()
    read = np.array(rows["time"].cast(pa.timestamp("us")).cast(pa.int64()))
    assert sorted(read.tolist()) == sorted(moments.tolist())


def test_days_are_those_of_the_zone(tmp_path: Path) -> None:
    """They begin at midnight there, in winter; learning, test and operation begin with a day."""
    clocks = pa.array(EPOCHS, pa.timestamp("us"))
    windows = found(tmp_path, table(N, at=clocks), zone="Asia/Tokyo").windows
    assert windows.offset == 15 * HOUR
    for moment in (windows.history, windows.test, windows.start, windows.until):
        assert moment % DAY == 15 * HOUR
    assert windows.history == START - 9 * HOUR
    york = found(tmp_path, table(N, at=clocks), zone="America/New_York").windows
    assert york.offset == 5 * HOUR


def test_a_source_in_a_line(tmp_path: Path) -> None:
    """What is found is what the product's source says."""
    findings = found(tmp_path, table(N, at=EPOCHS // 1000))
    said = source(findings.asked, findings.spacing)
    assert (said["time"], said["unit"]) == ("at", "ms")
    assert look(asked(said["data"]), now=NOW).windows == findings.windows
