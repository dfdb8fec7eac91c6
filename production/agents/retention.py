"""The retention agent: deletes logged events that are too old, or too many, and their outcomes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import MINUTE

if TYPE_CHECKING:
    from threading import Event

    from production.agents.progress import Progress, RetentionProgress
    from production.database.database import Database
    from production.features.retention import KeptValues
    from production.feedback.retention import LoggedHistory

#: How long after one process has begun to delete the next one, or the same, does.
PERIOD = MINUTE
#: Seconds between two batches, in which others write.
PAUSE = 0.02


class RetentionAgent:
    """Keeps the log of one product to an age and a number of events.

    An event older than the age is deleted. Of events that are too many the oldest are, once their
    evaluation window has been scored. A window that is no longer whole is not scored again: the
    moment before which events are deleted is on record first. Outcomes are deleted when their event
    is, and no naive baseline needs them any more; values of stored features once no event that is
    kept can ask for them. Releases, generations, manifests and evaluations
    stay, and so does the lineage of every event that is kept.

    Of several processes one deletes at a time.

    Args:
        age: How old an event may be, microseconds; any age if none.
        count: How many events are kept; all if none.
        window: The length of an evaluation window; none where nothing is evaluated.
        memory: How long after its arrival a naive baseline may need an outcome.
        history: What is logged.
        values: The values of stored features, if there are any.
        progress: The agents' progress: the evaluation agent's says what was scored.
        database: The database of all of these.
    """

    def __init__(
        self,
        *,
        age: int | None,
        count: int | None,
        window: int | None,
        memory: int,
        history: LoggedHistory,
        values: KeptValues | None = None,
        progress: Progress,
        database: Database,
    ) -> None:
        self._age, self._count, self._window, self._memory = age, count, window, memory
        self._history, self._progress, self._database = history, progress, database
        self._values = values

    def step(self, moment: int, *, stop: Event) -> None:
        """Delete all that is to be deleted at a moment, batch by batch.

        Args:
            moment: The moment.
            stop: Set where the process ends: what is left, a later step deletes.
        """
        if not self._is_due(moment):
            return
        until = self._horizon(moment)
        if until is None or not self._claim(until, moment):
            return
        while not stop.is_set() and self._delete_events(moment):
            stop.wait(PAUSE)
        while not stop.is_set() and self._delete_outcomes(moment):
            stop.wait(PAUSE)
        while not stop.is_set() and self._forget_values(moment):
            stop.wait(PAUSE)

    def _is_due(self, moment: int) -> bool:
        """Return whether no process has just begun to delete."""
        at = self._progress.retention.load().at
        return at is None or moment >= at + PERIOD

    def _horizon(self, moment: int) -> int | None:
        """Return the moment from which on events are kept; none if all of them are."""
        moments = [] if self._age is None else [moment - self._age]
        oldest = None if self._count is None else self._history.start_of(self._count)
        if oldest is not None:
            moments.append(min(oldest, self._scored()) if self._window is not None else oldest)
        before = self._progress.retention.load().until
        return max([*moments, *([] if before is None else [before])], default=None)

    def _scored(self) -> int:
        """Return the moment before which each event's window has been scored."""
        assert self._window is not None
        return self._progress.evaluation.load().until - self._window

    def _claim(self, until: int, moment: int) -> bool:
        """Record from when on events are kept, unless another process has just done so."""
        with self._database.transaction():
            if not self._is_due(moment):
                return False
            self._save(replace(self._progress.retention.load(), at=moment, until=until), moment)
            return True

    def _delete_events(self, moment: int) -> int:
        with self._database.transaction():
            progress = self._progress.retention.load()
            assert progress.until is not None
            counted = self._progress.intake.load().requests.row
            deleted = self._history.delete_events(progress.until, counted=counted)
            served = Counter({f"{at} {name}": n for (at, name), n in deleted.served.items()})
            progress = replace(
                progress,
                events=progress.events + deleted.events,
                served=dict(Counter(progress.served) + served),
                uncounted=progress.uncounted + deleted.uncounted,
            )
            self._save(progress, moment)
        return deleted.events

    def _delete_outcomes(self, moment: int) -> int:
        with self._database.transaction():
            progress = self._progress.retention.load()
            assert progress.until is not None
            deleted = self._history.delete_outcomes(min(progress.until, moment - self._memory))
            self._save(replace(progress, outcomes=progress.outcomes + deleted), moment)
        return deleted

    def _forget_values(self, moment: int) -> int:
        if self._values is None:
            return 0
        with self._database.transaction():
            progress = self._progress.retention.load()
            assert progress.until is not None
            forgotten = self._values.forget(progress.until, moment)
            self._save(replace(progress, values=progress.values + forgotten), moment)
        return forgotten

    def _save(self, progress: RetentionProgress, moment: int) -> None:
        self._progress.retention.save(progress, moment)
