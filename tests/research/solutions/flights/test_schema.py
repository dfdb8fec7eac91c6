from pathlib import Path

import pytest

from contracts.data.programmatic import Programmatic
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME, instant
from contracts.products.flights.query import query
from contracts.schema import stored
from contracts.schema.pandera import columns_of, write
from contracts.schema.validation import validate
from research.solutions.flights.schema import inputs


def test_schema_survives_the_round_trip(tmp_path: Path) -> None:
    """Written as YAML and read back it has the same columns and checks."""
    write(columns_of(inputs()), tmp_path / "input.yaml")
    assert stored.columns(tmp_path / "input.yaml") == columns_of(inputs())


def test_every_flight_of_the_year_conforms(flights_data: Path) -> None:
    """Bounds and closed sets hold for all events, not only for the winter research used."""
    source = Programmatic(lambda: query(flights_data / "events.parquet"))
    start, end = (instant(f"{year}-01-01T00:00:00Z") for year in (2013, 2015))
    rows = source.window(start, end, known_by=END_OF_TIME).select([*inputs().columns])
    assert rows.num_rows == 336_776
    validate(columns_of(inputs()), rows)


def test_a_wind_that_never_blew_is_refused(flights_data: Path) -> None:
    """The impossible wind of the raw data, 1,048 mph, is out of bounds."""
    source = Programmatic(lambda: query(flights_data / "events.parquet"))
    start = instant("2013-01-01T05:00:00Z")
    rows = source.window(start, start + DAY, known_by=END_OF_TIME).select([*inputs().columns])
    columns = columns_of(inputs())
    frame = validate(columns, rows)
    with pytest.raises(DataError, match="wind_speed"):
        validate(columns, frame.assign(wind_speed=1048.36))
