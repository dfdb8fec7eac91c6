"""Jobs that are done every so often beside answering requests."""

from __future__ import annotations

from threading import Event, Semaphore
from typing import TYPE_CHECKING

from production.service.repeated import Repeated

if TYPE_CHECKING:
    import pytest


def test_a_job_is_done_again_and_again_until_the_end() -> None:
    """It is told of the end, so that a long one can stop."""
    done, stopped = Semaphore(0), Event()

    def job(stop: Event) -> None:
        done.release()
        if stop.is_set():
            stopped.set()

    repeated = Repeated("counting", 0.001, job)
    repeated.start()
    for _ in range(5):
        assert done.acquire(timeout=60)
    repeated.close(60)
    assert not repeated._thread.is_alive()


def test_what_fails_is_logged_once_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    """As long as it fails in the same way; what it failed by is there to be asked for."""
    failed, done, again = Semaphore(0), Semaphore(0), Event()

    def job(_: Event) -> None:
        if not again.is_set():
            failed.release()
            raise ValueError("away")
        done.release()

    repeated = Repeated("counting", 0.001, job)
    repeated.start()
    for _ in range(4):
        assert failed.acquire(timeout=60)
    assert repeated.error == "away"
    again.set()
    for _ in range(2):  # the second begins when the first has ended
        assert done.acquire(timeout=60)
    repeated.close(60)
    assert repeated.error == ""
    assert [each.message for each in caplog.records] == ["counting failed, and is tried again"]
