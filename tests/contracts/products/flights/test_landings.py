"""The landings of flights: what is known of delays, and when."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.data.stored.queried import QueriedValues
from contracts.errors import DataError
from contracts.moment import DAY, instant
from contracts.products.flights import ingest, landings

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.products.flights.landings import LandingsReceipt


@pytest.fixture(scope="module")
def folder(flights_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ingested files: those of the events are there before."""
    folder: Path = tmp_path_factory.mktemp("landings") / "flights"
    shutil.copytree(flights_data, folder)
    for name in (landings.LANDINGS, landings.RECEIPT):
        (folder / name).unlink(missing_ok=True)
    return folder


@pytest.fixture(scope="module")
def receipt(folder: Path) -> LandingsReceipt:
    """What the ingest made."""
    return landings.ingest(folder)


def test_a_delay_is_known_when_the_outcome_arrives(folder: Path, receipt: LandingsReceipt) -> None:
    """Every event with an outcome has one landing, under its id, and is late as the delay says."""
    events = pq.read_table(folder / ingest.EVENTS)
    rows = pq.read_table(folder / landings.LANDINGS)
    landed = events.filter(pc.is_valid(events["outcome"]))
    assert rows.num_rows == landed.num_rows == receipt.landings == 327_346
    columns = ["id", "carrier", "origin", "arrived", "outcome"]
    late = pc.greater_equal(rows["value"], 15)
    known = rows.append_column("outcome", late).rename_columns({"known": "arrived"} | {
        name: name for name in ("id", "value", "carrier", "origin", "outcome")
    })  # fmt: skip
    assert known.select(columns).sort_by("id").equals(landed.select(columns).sort_by("id"))


def test_what_is_there_and_intact_is_not_made_again(folder: Path, receipt: LandingsReceipt) -> None:
    """A file that another tool watches stays as it is."""
    file = folder / landings.LANDINGS
    made = file.stat().st_mtime_ns
    assert landings.ingest(folder) == receipt
    assert file.stat().st_mtime_ns == made


def test_they_are_values(folder: Path, receipt: LandingsReceipt) -> None:
    """A day of them is read by the moment they became known."""
    values = QueriedValues(lambda: landings.query(folder / landings.LANDINGS))
    day = instant("2013-07-01T05:00:00Z")
    rows = values.window(day, day + DAY)
    assert 0 < rows.num_rows < receipt.landings
    assert rows.column_names == ["id", "known", "value", "carrier", "origin"]
    known = rows["known"].cast(pa.int64())
    assert day <= pc.min(known).as_py() <= pc.max(known).as_py() < day + DAY


def test_without_the_file_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    """As for the events."""
    with pytest.raises(DataError, match="task=ingest product=flights_delays"):
        landings.query(tmp_path / landings.LANDINGS)
