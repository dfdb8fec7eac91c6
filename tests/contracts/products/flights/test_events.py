"""The reference product's events: every trap of the raw tables."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.data.events import check_known
from contracts.data.memory import Memory
from contracts.moment import instant
from contracts.products.flights import ingest

if TYPE_CHECKING:
    from pathlib import Path

WEATHER = ("temp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib")
INPUTS = (
    *("carrier", "origin", "dest", "minute", "weekday", "distance", "elapsed"),
    *("seats", "built", "engines"),
    *WEATHER,
)
NEW_YORK = ZoneInfo("America/New_York")
SAMPLE = 499


@pytest.fixture(scope="module")
def events(flights_data: Path) -> pa.Table:
    """All events."""
    return pq.read_table(flights_data / ingest.EVENTS)


@pytest.fixture(scope="module")
def traps(flights_data: Path) -> ingest.Traps:
    """What the receipt counted."""
    receipt = (flights_data / ingest.RECEIPT).read_bytes()
    return msgspec.json.decode(receipt, type=ingest.IngestReceipt).traps


@pytest.fixture(scope="module")
def sample(raw: dict[str, pa.Table], events: pa.Table) -> list[tuple[dict[str, Any], Any]]:
    """Some raw flights, spread over the year, with their events."""
    flights = raw["flights"]
    chosen = flights.take([*range(0, flights.num_rows, SAMPLE)]).to_pylist()
    by_id = {_id(flight): flight for flight in chosen}
    matching = events.filter(pc.is_in(events["id"], pa.array(by_id))).to_pylist()
    assert len(matching) == len(chosen)
    return [(by_id[event["id"]], event) for event in matching]


def _departure(flight: dict[str, Any]) -> datetime:
    hour, minute = divmod(flight["sched_dep_time"], 100)
    local = datetime(flight["year"], flight["month"], flight["day"], hour, minute, tzinfo=NEW_YORK)
    return local.astimezone(UTC)


def _id(flight: dict[str, Any]) -> str:
    departure = _departure(flight).strftime("%Y-%m-%dT%H:%MZ")
    return f"{departure}-{flight['carrier']}{flight['flight']}-{flight['origin']}"


def _one(events: pa.Table, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = events.filter(pc.equal(events["id"], name)).to_pylist()
    return rows


def test_columns(events: pa.Table) -> None:
    """The standard columns come first, then the input columns, in the types all code expects."""
    standard = ["id", "key", "time", "outcome", "arrived", "known"]
    assert events.column_names == [*standard, *INPUTS]
    assert Memory(events).window(0, 2**62, known_by=2**62).schema.equals(events.schema)


def test_order(events: pa.Table) -> None:
    """Events have an id of their own and are ordered by time, then id."""
    assert events["id"].null_count == 0
    assert len(events["id"].unique()) == events.num_rows
    assert events.select(["time", "id"]).equals(
        events.select(["time", "id"]).sort_by([("time", "ascending"), ("id", "ascending")])
    )


def test_counts(events: pa.Table, traps: ingest.Traps) -> None:
    """336,776 flights; the cancelled and the diverted, 2.8 %, have no outcome."""
    assert events.num_rows == traps.events == 336_776
    assert events["outcome"].null_count == traps.cancelled + traps.diverted == 9_430
    assert (traps.cancelled, traps.diverted) == (8_255, 1_175)
    assert pc.all(pc.equal(pc.is_null(events["outcome"]), pc.is_null(events["arrived"]))).as_py()


def test_scored_period(events: pa.Table) -> None:
    """From March on there are 284,821 events, 277,337 of them with an outcome."""
    start = pa.scalar(instant("2013-03-01T05:00:00Z"), events["time"].type)
    scored = events.filter(pc.greater_equal(events["time"], start))
    assert (scored.num_rows, scored.num_rows - scored["outcome"].null_count) == (284_821, 277_337)


def test_lag(events: pa.Table) -> None:
    """Every outcome arrives after its event, half of them within 170 minutes."""
    lag = pc.drop_null(pc.microseconds_between(events["time"], events["arrived"])).to_numpy()
    assert lag.min() > 0
    assert sorted(lag)[len(lag) // 2] == 170 * 60_000_000


def test_departures(sample: list[tuple[dict[str, Any], Any]]) -> None:
    """An event's time, minute and weekday are the scheduled departure's, on New York's clock."""
    for flight, event in sample:
        assert event["time"] == _departure(flight)
        assert event["minute"] == flight["sched_dep_time"] // 100 * 60 + flight["minute"]
        day = date(flight["year"], flight["month"], flight["day"])
        assert event["weekday"] == day.weekday()
        assert flight["time_hour"] == event["time"].replace(minute=0)


def test_arrivals(sample: list[tuple[dict[str, Any], Any]], raw: dict[str, pa.Table]) -> None:
    """The scheduled arrival is the next time the destination's clock shows it, minute by minute."""
    airports = raw["airports"].to_pylist()
    zones = {row["faa"]: row["tzone"] for row in airports}
    for flight, event in sample:
        zone = ZoneInfo(zones.get(flight["dest"], "America/Puerto_Rico"))
        clock = divmod(flight["sched_arr_time"], 100)
        arrives = event["time"] + timedelta(minutes=1)
        while (arrives.astimezone(zone).hour, arrives.astimezone(zone).minute) != clock:
            arrives += timedelta(minutes=1)
        assert event["elapsed"] == (arrives - event["time"]) / timedelta(minutes=1)
        if flight["arr_delay"] is None:
            assert event["outcome"] is event["arrived"] is None
        else:
            assert event["outcome"] == (flight["arr_delay"] >= 15)
            assert event["arrived"] == arrives + timedelta(minutes=flight["arr_delay"])


def test_arrival_clocks(traps: ingest.Traps) -> None:
    """Of all recorded arrivals only the one in the hour summer time skips shows another time."""
    assert traps.arrival_clocks_checked == traps.outcomes == 327_346
    assert traps.arrival_clocks_differing == 1
    assert traps.next_day_on_the_clock > 6_000


def test_skipped_hour(events: pa.Table) -> None:
    """That one left JFK at 21:45 before summer time began, and landed at 03:03 by the new clock."""
    (row,) = _one(events, "2013-03-10T02:45Z-B635-JFK")
    assert row["elapsed"] == 169
    assert row["arrived"] == datetime(2013, 3, 10, 7, 3, tzinfo=UTC)


def test_islands(events: pa.Table, traps: ingest.Traps) -> None:
    """The four destinations without an airport row keep Puerto Rico's clock."""
    rows = events.filter(pc.is_in(events["dest"], pa.array(["BQN", "PSE", "SJU", "STT"])))
    assert rows.num_rows == traps.without_airport == 7_602
    assert traps.without_zone == 0
    assert 170 < pc.min(rows["elapsed"]).as_py() < pc.max(rows["elapsed"]).as_py() < 300


def test_honolulu(events: pa.Table) -> None:
    """A flight of eleven hours that lands five hours later by the clock takes eleven hours."""
    rows = events.filter(pc.equal(events["dest"], "HNL"))
    assert 600 < pc.min(rows["elapsed"]).as_py() < pc.max(rows["elapsed"]).as_py() <= 700


def test_planes(events: pa.Table, traps: ingest.Traps, raw: dict[str, pa.Table]) -> None:
    """16 % of the flights have no known plane, and then no seats, engines or year."""
    without = events.filter(pc.is_null(events["seats"]))
    assert without.num_rows == traps.without_plane == 52_606
    assert without["built"].null_count == without["engines"].null_count == without.num_rows
    assert events["built"].null_count == traps.without_plane + traps.without_plane_year
    years = pc.min_max(raw["planes"]["year"]).as_py()
    assert pc.min_max(events["built"]).as_py() == {"min": 1956, "max": years["max"]}


def test_wind(events: pa.Table, traps: ingest.Traps, raw: dict[str, pa.Table]) -> None:
    """One report of the year, at night, has a wind of 1,048 mph; no event ever sees it."""
    assert pc.max(raw["weather"]["wind_speed"]).as_py() > 1_048
    assert traps.impossible_wind_reports == 1
    assert pc.max(events["wind_speed"]).as_py() < 50


def test_wind_by_day(raw: dict[str, pa.Table]) -> None:
    """A report with an impossible wind loses its wind, and keeps the rest."""
    weather = raw["weather"]
    storm = pa.array([1_048.0] * weather.num_rows)
    weather = weather.set_column(weather.column_names.index("wind_speed"), "wind_speed", storm)
    few = {**raw, "flights": raw["flights"].slice(0, 50), "weather": weather}
    events, traps = ingest.events_and_traps(few)
    assert traps.impossible_wind_reports == weather.num_rows
    assert events["wind_speed"].null_count == events.num_rows
    assert events["temp"].null_count == 0


def test_plane_years(raw: dict[str, pa.Table]) -> None:
    """A plane built in the year 0, or after it flew, has no year, and keeps its seats."""
    planes = raw["planes"]
    years = pa.array([(0, 2_050)[row % 2] for row in range(planes.num_rows)])
    planes = planes.set_column(planes.column_names.index("year"), "year", years)
    few = {**raw, "flights": raw["flights"].slice(0, 50), "planes": planes}
    events, traps = ingest.events_and_traps(few)
    assert traps.impossible_plane_year == 50 - traps.without_plane > 0
    assert events["built"].null_count == events.num_rows
    assert events["seats"].null_count == traps.without_plane


def test_weather(sample: list[tuple[dict[str, Any], Any]], raw: dict[str, pa.Table]) -> None:
    """An event sees the last report of its origin whose hour was over by its departure."""
    reports = {(row["origin"], row["time_hour"]): row for row in raw["weather"].to_pylist()}
    hour = timedelta(hours=1)
    for flight, event in sample:
        full = event["time"].replace(minute=0)
        ages = (age for age in range(7) if (flight["origin"], full - hour - age * hour) in reports)
        age = next(ages, None)
        if age is None or event["time"] - (full - age * hour) > 6 * hour:
            assert event["known"] == event["time"]
            assert all(event[name] is None for name in WEATHER)
        else:
            assert event["known"] == full - age * hour
            report = reports[flight["origin"], full - hour - age * hour]
            assert all(event[name] == report[name] for name in WEATHER)


def test_weather_ends(events: pa.Table, traps: ingest.Traps) -> None:
    """Reports end on 30 December: six hours after the last one nothing is known of the weather."""
    without = events.filter(pc.is_null(events["temp"])).select(["time", *WEATHER])
    stale = without.filter(pc.is_null(without["visib"]))
    assert stale.num_rows == traps.without_fresh_weather == 776
    assert all(stale[name].null_count == stale.num_rows for name in WEATHER)
    days = Counter(moment.astimezone(NEW_YORK).date() for moment in stale["time"].to_pylist())
    assert days == {date(2013, 12, 31): 776}


def test_honest(events: pa.Table) -> None:
    """No feature became known after its event, and no outcome is known before it arrived."""
    assert pc.all(pc.less_equal(events["known"], events["time"])).as_py()
    moment = instant("2013-06-01T04:00:00Z")
    check_known(Memory(events).window(0, moment, known_by=moment), moment)


def test_duckdb_reads(flights_data: Path) -> None:
    """The file is plain Parquet that any engine reads, instants and all."""
    path = str(flights_data / ingest.EVENTS)
    with duckdb.connect() as connection:
        relation = connection.read_parquet(path).aggregate("epoch_us(min(time)) AS first")
        assert relation.fetchone() == (instant("2013-01-01T10:15:00Z"),)
