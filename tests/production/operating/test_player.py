"""Playing a history: in the order of its times, and no further than the next moment that is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.data.rows import instants
from contracts.errors import DataError, StateError
from contracts.host.clock import VirtualClock
from contracts.moment import DAY, HOUR
from contracts.ports import TIME
from production.feedback.feed import Replay
from production.operating.player import Player
from production.operating.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


class Time(VirtualClock):
    """A clock and its setter in one; it runs while it is waited for."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.step, self.limit = 0, start

    def run(self, at: int, *, speed: float, limit: int) -> None:
        """Let it run."""
        self._now, self.step, self.limit = at, int(speed), limit

    def hold(self, at: int) -> None:
        """Stop it."""
        self._now, self.step = at, 0

    def pause(self, _: float) -> None:
        """Let some time pass."""
        if self.step:
            self._now = min(self._now + self.step, self.limit)


class Sent:
    """Takes note of what is sent, and when."""

    def __init__(self, clock: Time) -> None:
        self.batches: list[tuple[int, list[int]]] = []
        self._clock = clock

    def send(self, rows: pa.Table) -> None:
        """Take note of rows."""
        self.batches.append((self._clock.now(), instants(rows[TIME]).tolist()))


def player(history: pa.Table, clock: Time, sent: Any, **options: Any) -> Player:
    """Return what plays the small product's history."""
    feed = Replay(history, start=12 * DAY, until=14 * DAY)
    given = {"speed": HOUR, "rows": 7, **options}
    return Player(feed, sent, clock=clock, setter=clock, pause=clock.pause, **given)  # type: ignore[arg-type]


def test_no_request_is_sent_before_its_time(history: pa.Table) -> None:
    """All of a window are, in order, so many at once at most; the clock ends before its end."""
    clock = Time(12 * DAY)
    sent = Sent(clock)
    player(history, clock, sent).play(12 * DAY, 13 * DAY)
    times = [time for _, batch in sent.batches for time in batch]
    expected = Replay(history, start=12 * DAY, until=14 * DAY).requests(12 * DAY, 13 * DAY)
    assert times == instants(expected[TIME]).tolist()
    assert all(max(batch) <= at for at, batch in sent.batches)
    assert max(len(batch) for _, batch in sent.batches) <= 7
    assert clock.now() == 13 * DAY - 1


def test_a_window_without_requests_passes(history: pa.Table) -> None:
    """The clock runs to its end."""
    clock = Time(12 * DAY)
    sent = Sent(clock)
    player(history, clock, sent, speed=1).play(12 * DAY, 12 * DAY + 3)
    assert (sent.batches, clock.now()) == ([], 12 * DAY + 2)


def test_the_clock_stands_until_all_is_done(history: pa.Table) -> None:
    """It shows just that moment, however long the agents take."""
    clock, looks = Time(12 * DAY), list[int]()

    def is_settled(_: int) -> bool:
        looks.append(clock.now())
        return len(looks) == 3

    player(history, clock, Sent(clock)).hold(13 * DAY, is_settled)
    assert looks == [13 * DAY] * 3


class Server:
    """A client of a server that refuses some requests."""

    def __init__(self, refuses: Callable[[str], bool], error: type[Exception]) -> None:
        self.served: list[str] = []
        self.is_away = False
        self._refuses, self._error = refuses, error

    def predict_many(self, asks: list[Any]) -> None:
        """Answer a batch as a whole, or refuse it."""
        if any(self._refuses(ask.id) for ask in asks):
            raise self._error("refused")
        self.served += [ask.id for ask in asks]

    def manifest(self) -> None:
        """Say what serves."""
        if self.is_away:
            raise StateError("away")


@pytest.mark.parametrize("error", [DataError, StateError])
def test_what_the_server_refuses_is_counted(history: pa.Table, error: type[Exception]) -> None:
    """The other requests of its batch are served, each once."""
    server = Server(lambda event: event.endswith("3"), error)
    sender = Sender(server, ["colour", "size"])  # type: ignore[arg-type]
    sender.send(history.slice(0, 25))
    expected = [event for event in history.slice(0, 25)["id"].to_pylist() if event[-1] != "3"]
    assert sorted(server.served) == expected
    assert (sender.served, sender.refused) == (22, 3)


def test_a_server_that_is_away_refuses_nothing(history: pa.Table) -> None:
    """It is an error, and no request counts as refused."""
    server = Server(lambda _: True, StateError)
    server.is_away = True
    sender = Sender(server, ["colour", "size"])  # type: ignore[arg-type]
    with pytest.raises(StateError, match="away"):
        sender.send(history.slice(0, 5))
    assert (sender.served, sender.refused) == (0, 0)


def test_requests_are_those_of_the_source(history: pa.Table) -> None:
    """Their ids, keys and times, and of the columns the contract's alone."""
    asks: list[Any] = []
    server = Server(lambda _: False, DataError)
    server.predict_many = asks.extend  # type: ignore[method-assign]
    Sender(server, ["colour", "size"]).send(history.slice(0, 1))  # type: ignore[arg-type]
    row = history.slice(0, 1).to_pylist()[0]
    assert asks[0].record == {"colour": row["colour"], "size": row["size"]}
    assert (asks[0].id, asks[0].key, asks[0].time) == (row["id"], row["key"], row["time"])
