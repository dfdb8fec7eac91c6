"""The times of events and outcomes, checked; the product's windows; what is doubtful of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.rows import instants
from contracts.errors import DataError
from contracts.moment import DAY, SECOND, readable
from contracts.ports import ARRIVED, OUTCOME, TIME
from research.new.asked import NO_TIME
from research.new.promise import DAYS
from research.new.windows import Windows, choose

if TYPE_CHECKING:
    from contracts.ports import Instants
    from research.new.asked import NewProduct


def windows_of(asked: NewProduct, known: pa.Table, *, now: int) -> tuple[Windows, tuple[str, ...]]:
    """Return the windows, and what is doubtful of the times.

    Args:
        asked: What was asked, completed.
        known: The standard columns of all events.
        now: The present moment: what comes later is doubtful.

    Raises:
        DataError: A time is missing, an outcome was known before its event, or there are too few.
    """
    missing = known[TIME].null_count
    if missing:
        raise DataError(
            f"time={asked.time}: {missing:,} rows have none",
            hint="give them one, or leave them out by a query",
        )
    settled = known.filter(pc.is_valid(known[OUTCOME]))
    unknown = settled[ARRIVED].null_count
    if unknown:
        raise DataError(
            f"arrived={asked.arrived}: {unknown:,} rows with an outcome have none",
            hint="say when each became known, or make these outcomes null",
        )
    times, at, arrived = (instants(each) for each in (known[TIME], settled[TIME], settled[ARRIVED]))
    early = int((arrived < at).sum())
    if early:
        raise DataError(
            f"arrived={asked.arrived}: {early:,} outcomes were known before their events",
            hint="time is when a prediction is asked for: name another column for one of them",
        )
    timed = asked.time != NO_TIME
    offset = day_offset(asked.zone, int(times.min())) if timed else 0
    windows = choose(times, at, arrived, timed=timed, offset=offset)
    return windows, (*_time_doubts(asked, times, now), *_short(windows))


def day_offset(zone: str | None, moment: int) -> int:
    """Return when a day begins in a zone, after midnight UTC, by its winter time.

    Args:
        zone: The zone; UTC if there is none.
        moment: In the year whose winter time counts.

    >>> day_offset("Europe/Berlin", 0) // SECOND // 3600, day_offset("America/New_York", 0)
    (23, 18000000000)
    """
    if zone is None:
        return 0
    year = datetime.fromtimestamp(moment / SECOND, UTC).year
    ahead = [datetime(year, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)]
    return -min(int(each.total_seconds()) for each in ahead if each is not None) * SECOND % DAY


def zone_doubt(asked: NewProduct, rows: pa.Table) -> tuple[str, ...]:
    """Return that a column of times has no zone, or that clocks of its zone showed some twice.

    Args:
        asked: What was asked, completed.
        rows: The rows.
    """
    if asked.time not in rows.column_names:
        return ()
    column = rows[asked.time]
    if not pa.types.is_timestamp(column.type) and not pa.types.is_date(column.type):
        return ()
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return ()
    if asked.zone is None:
        return (
            f"the times of {asked.time!r} state no zone: taken for UTC. Say zone=Europe/Berlin",
        )
    first, second = (
        pc.assume_timezone(
            column.cast(pa.timestamp("us")), asked.zone, ambiguous=each, nonexistent="latest"
        )
        for each in ("earliest", "latest")
    )
    twice = pc.sum(pc.not_equal(first, second)).as_py() or 0
    text = (
        f"{twice:,} times of {asked.time!r} lie in an hour that clocks of {asked.zone} show twice: "
        "taken for the second, which is winter time. Give UTC, or an offset, to tell them apart"
    )
    return (text,) if twice else ()


def _time_doubts(asked: NewProduct, times: Instants, now: int) -> list[str]:
    if asked.time == NO_TIME:
        return [
            (
                "the data have no time: rows come in an order without meaning, and lifecycles that "
                "refresh are left out of the comparison"
            )
        ]
    late = int((times > now).sum())
    if not late:
        return []
    return [f"{late:,} rows lie in the future, the last at {readable(int(times.max()))}"]


def _short(windows: Windows) -> tuple[str, ...]:
    days = windows.tested_days
    text = (
        f"the test lies in {days} days: too few to tell how much days vary, so the contract has no "
        "clause `metric`, and intervals mean little"
    )
    return (text,) if days < DAYS else ()
