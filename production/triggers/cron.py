"""Cron: a refresh at times of the calendar, in a time zone of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError

from contracts.errors import ConfigError
from contracts.moment import EPOCH, iso, since_epoch
from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime

#: A cron expression of five fields.
Expression = Annotated[
    str, msgspec.Meta(description="minute hour day month weekday: for example '30 4 * * MON'")
]
#: A name of the IANA's time zone database.
Zone = Annotated[str, msgspec.Meta(description="an IANA time zone: for example Europe/Berlin")]


class Cron:
    """Asks for a refresh at the times of a cron expression, once for all that have passed.

    As in Debian's cron, a time that a clock change skips comes as soon as the change is over, and
    one that it repeats comes once; expressions of every hour or minute follow the true time.

    Args:
        times: Minute, hour, day of month, month and day of week, as cron reads them.
        zone: The time zone that they are in.

    Raises:
        ConfigError: The expression, or the zone, is none, or no time ever comes.
    """

    def __init__(self, *, times: Expression, zone: Zone = "UTC") -> None:
        try:
            self._zone = ZoneInfo(zone)
        except (ValueError, OSError, KeyError) as error:
            raise ConfigError(
                f"trigger.zone={zone}: there is no such time zone", hint="for example Europe/Berlin"
            ) from error
        self._times, self._words = times, f"cron: {times} {zone}"
        try:
            self._after(since_epoch(datetime(2000, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration) as error:
            raise ConfigError(
                f"trigger.times={times!r}: {str(error) or 'no such time ever comes'}",
                hint="minute hour day month weekday: '30 4 * * MON', say",
            ) from error

    def due(self, runtime: Runtime) -> str | None:
        """Return the time that has come since the last refresh, if one has."""
        came = self._after(runtime.since)
        return f"{self._words}, of {iso(came)}" if came <= runtime.now else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the first time since the last refresh."""
        return Wake(at=self._after(runtime.since))

    def _after(self, moment: int) -> int:
        """Return the first time after a moment."""
        local = (EPOCH + timedelta(microseconds=moment)).astimezone(self._zone)
        return since_epoch(next(CronSim(self._times, local)))
