from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import DataError
from production.database.database import Database
from production.feedback.events import EventLog
from production.service.problems import Problem
from production.service.spool import Spool
from production.service.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from production.feedback.batch import Events
    from production.service.event_rows import EventRow


def row(name: str) -> EventRow:
    """Return an event."""
    return (name, name, 0, "1.0.0", 1, 1, 1.0, (0.5,), None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(f"sqlite:///{tmp_path}/state.db")
    yield database
    database.close()


@pytest.fixture
def writer(database: Database) -> Callable[..., Writer]:
    """Makes a writer that has not begun to write."""
    return lambda capacity=10: Writer(
        product="toy", database=database, events=EventLog(database), capacity=capacity
    )


def logged(database: Database) -> list[str]:
    """Return the ids in the log."""
    return list(EventLog(database).served("toy", 0, 1).id)


def test_what_waits_is_written_before_it_ends(
    writer: Callable[..., Writer], database: Database
) -> None:
    """Nothing that was queued is lost by an orderly end."""
    writing = writer()
    writing.put([row("a"), row("b")])
    writing.start()
    assert writing.close(60) == 0
    assert logged(database) == ["a", "b"]
    assert writing.counts.written == 2


def test_a_failed_transaction_at_the_end_is_tried_again(
    writer: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One dropped connection loses nothing."""
    writing = writer()
    record, failures = writing._log.record, iter(range(2))

    def fail(*words: Any, **options: Any) -> Any:
        if next(failures, None) is not None:
            raise OSError("connection lost")
        return record(*words, **options)

    monkeypatch.setattr(writing._log, "record", fail)
    writing.put([row("a"), row("b")])
    writing.start()
    assert writing.close(60) == 0
    assert (logged(database), writing.counts.failures) == (["a", "b"], 2)


def test_what_is_being_written_at_the_end_counts_as_left(
    writer: Callable[..., Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that waits for a lock is not done because the queue is empty."""
    writing, begun, locked = writer(), Event(), Event()

    def wait(*_: Any, **__: Any) -> Any:
        begun.set()
        locked.wait(60)
        raise OSError("locked")

    monkeypatch.setattr(writing._log, "record", wait)
    writing.put([row("a"), row("b")])
    writing.start()
    begun.wait(60)
    assert (writing.depth, writing.close(0.01)) == (2, 2)
    locked.set()
    writing._thread.join(60)
    assert not writing._thread.is_alive()


def test_a_job_comes_after_the_events_before_it(
    writer: Callable[..., Writer], database: Database
) -> None:
    """What is acknowledged sees all events that were put before."""
    writing = writer(5_000)
    writing.put([row(f"{at:05d}") for at in range(5_000)])
    future = writing.submit(lambda: len(logged(database)))
    writing.start()
    assert future.result(60) == 5_000
    writing.close(60)


def test_events_share_a_transaction_until_somebody_waits(
    writer: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events wait for others to come; who waits for the commit ends their wait."""
    monkeypatch.setattr("production.service.writer.PAUSE", 3_600.0)
    writing, record, batches = writer(), writing_log(database), []

    def counted(product: str, events: Events, **options: object) -> object:
        batches.append(list(events.id))
        return record(product, events, **options)

    monkeypatch.setattr(writing._log, "record", counted)
    writing.put([row("a")])
    writing.start()
    writing.put([row("b")])
    writing.committed().result(60)
    assert batches == [["a", "b"]]
    writing.put([row("c")])
    assert writing.close(60) == 0
    assert batches == [["a", "b"], ["c"]]


def test_a_full_queue_takes_all_of_a_request_or_nothing(writer: Callable[..., Writer]) -> None:
    """Nothing is dropped silently: the client is told, and the refused are counted."""
    writing = writer(3)
    writing.put([row("a"), row("b")])
    with pytest.raises(Problem, match="the queue of events is full"):
        writing.put([row("c"), row("d")])
    writing.put([row("c")])
    assert (writing.depth, writing.full, writing.counts.refused) == (3, True, 2)


def test_an_error_of_one_job_is_its_own(writer: Callable[..., Writer], database: Database) -> None:
    """The events and the other jobs of the transaction are written."""
    writing = writer()

    def refuse() -> None:
        raise DataError("malformed")

    writing.put([row("a")])
    bad, good = writing.submit(refuse), writing.submit(lambda: 1)
    writing.start()
    assert good.result(60) == 1
    with pytest.raises(DataError, match="malformed"):
        bad.result(60)
    writing.close(60)
    assert logged(database) == ["a"]


def test_events_wait_while_the_database_is_away(
    writer: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the commit is told that it failed; the events are written later."""
    monkeypatch.setattr("production.service.writer.PATIENCE", 0.0)
    writing, record, failures = writer(), writing_log(database), []

    def fails_once(*arguments: object, **options: object) -> object:
        if not failures:
            failures.append("disk full")
            raise OSError("disk full")
        return record(*arguments, **options)

    monkeypatch.setattr(writing._log, "record", fails_once)
    writing.put([row("a")])
    acknowledged = writing.committed()
    writing.start()
    with pytest.raises(Problem, match="cannot be written now"):
        acknowledged.result(60)
    assert writing.close(60) == 0
    assert logged(database) == ["a"]
    assert (writing.counts.failures, writing.error) == (1, "")


class Outage:
    """A log that cannot be written until the outage is over."""

    def __init__(self, writing: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
        self._record, self.over = writing._log.record, False
        monkeypatch.setattr(writing._log, "record", self)

    def __call__(self, *words: Any, **options: Any) -> Any:
        """Record, or fail."""
        if not self.over:
            raise OSError("connection lost")
        return self._record(*words, **options)


@pytest.fixture
def spooling(database: Database, tmp_path: Path) -> Callable[..., Writer]:
    """Makes a writer with a spool on the disk, as a process that starts does."""

    def make(*, capacity: int = 10, most: int = 2**20) -> Writer:
        return Writer(
            product="toy",
            database=database,
            events=EventLog(database),
            capacity=capacity,
            spool=Spool(tmp_path / "spool", most=most),
        )

    return make


def test_an_event_is_safe_while_the_database_is_away(
    spooling: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits is told once it is on the disk; a job is refused; all is written later."""
    monkeypatch.setattr("production.service.writer.PATIENCE", 0.01)
    writing = spooling()
    outage = Outage(writing, monkeypatch)
    writing.start()
    for name in "ab":
        writing.put([row(name)])
        writing.committed().result(60)
    with pytest.raises(Problem, match="cannot be written now"):
        writing.submit(lambda: 1).result(60)
    assert (writing.spooled, writing.depth, writing.error) == (2, 0, "connection lost")
    outage.over = True
    assert writing.close(60) == 0
    assert logged(database) == ["a", "b"]
    assert (writing.spooled, writing.counts.written, writing.error) == (0, 2, "")


def test_a_process_that_ends_without_the_database_loses_nothing(
    spooling: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one writes what it left; an event that was written already stays as it was."""
    monkeypatch.setattr("production.service.writer.LAST", 0.1)
    first = spooling()
    outage = Outage(first, monkeypatch)
    first.put([row("a"), row("b")])
    first.start()
    assert (first.close(60), first.spooled) == (0, 2)
    outage.over = True
    second = spooling()
    second.put([row("b"), row("c")])
    second.start()
    assert second.close(60) == 0
    assert sorted(logged(database)) == ["a", "b", "c"]


def test_what_another_process_leaves_is_written_by_those_that_go_on(
    spooling: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if that one ended after this one began."""
    monkeypatch.setattr("production.service.writer.LAST", 0.1)
    second = spooling()
    second.start()
    first = spooling()
    Outage(first, monkeypatch)
    first.put([row("a"), row("b")])
    first.start()
    assert (first.close(60), first.spooled) == (0, 2)
    assert second.close(60) == 0
    assert logged(database) == ["a", "b"]


def test_what_gets_no_answer_is_safe(
    spooling: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events of a transaction that hangs, and those behind it, are kept; the end does not wait."""
    monkeypatch.setattr("production.service.writer.STALL", 0.05)
    monkeypatch.setattr("production.service.writer.LOOK", 0.01)
    writing, answers, record = spooling(), Event(), writing_log(database)

    def hang(*words: Any, **options: Any) -> Any:
        answers.wait(60)
        return record(*words, **options)

    monkeypatch.setattr(writing._log, "record", hang)
    writing.put([row("a")])
    writing.start()
    writing.committed().result(60)
    writing.put([row("b")])
    writing.committed().result(60)
    with pytest.raises(Problem, match="cannot be written now"):
        writing.submit(lambda: 1).result(60)
    assert (writing.close(60), writing.spooled) == (0, 2)
    answers.set()
    writing._thread.join(60)
    monkeypatch.setattr("production.service.writer.STALL", 60.0)  # a commit may take its time
    (again := spooling()).start()
    again.close(60)
    assert sorted(logged(database)) == ["a", "b"]


def test_what_has_no_room_on_the_disk_stays_in_the_queue(
    spooling: Callable[..., Writer], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for it is refused, a full queue refuses more, and nothing is lost."""
    monkeypatch.setattr("production.service.writer.PATIENCE", 0.01)
    writing = spooling(capacity=3, most=1)
    outage = Outage(writing, monkeypatch)
    writing.put([row("a"), row("b")])
    writing.start()
    with pytest.raises(Problem, match="cannot be written now"):
        writing.committed().result(60)
    with pytest.raises(Problem, match="the queue of events is full"):
        writing.put([row("c"), row("d")])
    assert (writing.spooled, writing.depth) == (0, 2)
    outage.over = True
    assert writing.close(60) == 0
    assert sorted(logged(database)) == ["a", "b"]


def writing_log(database: Database) -> Callable[..., object]:
    """Return what records events."""
    return EventLog(database).record
