"""Clients that ask a server for predictions at a steady rate, and note each answer.

    python benchmarks/serving_scenarios/load.py < order

The order is a line of JSON. The process ends when its input does, and writes what it noted to a
file. Times are of the system's monotonic clock, which processes share. A client whose
request is late, because the answer before was or because the machine is busy with other work, does
not catch up: at a rate near the server's capacity it would measure a queue of its own making.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import msgspec
import uvloop

#: Seconds in which an answer must be there.
PATIENCE = 30.0


class LoadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask, and how often.

    Attributes:
        port: The server's port, on loopback.
        output: The file to write, as MessagePack.
        name: What ids begin with.
        records: The records, as JSON.
        connections: How many there are.
        rate: Requests a second in all; 0 asks again at once.
        outcomes: The share of predictions whose outcome is reported.
        fresh: Whether each request has a connection of its own.
    """

    port: int
    output: str
    name: str
    records: list[str]
    connections: int
    rate: float
    outcomes: float = 0.0
    fresh: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One answer; an outcome's has no generation.

    Attributes:
        id: The event's id.
        at: When it came.
        took: Seconds since the request was sent.
        status: Its status.
        record: Which record was asked for.
        generation: Which generation it says predicted; 0 for an outcome's.
        value: The prediction.
    """

    id: str
    at: float
    took: float
    status: int
    record: int
    generation: int = 0
    value: float = 0.0


class LoadResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was noted.

    Attributes:
        answers: The answers to requests for predictions.
        outcomes: The answers to reported outcomes.
        failures: When a request got no answer, and why.
    """

    answers: list[Answer]
    outcomes: list[Answer]
    failures: list[tuple[float, str]]


class _Reply(msgspec.Struct, frozen=True):
    generation: int
    prediction: dict[str, float]


class Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self) -> None:
        self._buffer, self._reply = b"", asyncio.get_running_loop().create_future()
        self.is_open = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Be ready to ask."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits for an answer."""
        self.is_open = False
        if not self._reply.done():
            self._reply.set_exception(exc or ConnectionResetError("closed without an answer"))
            self._reply.exception()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        head = head.lower()
        length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
        if not found or len(body) < int(length):
            return
        self._buffer = b""
        if b"connection: close" in head:
            self.is_open = False
        if not self._reply.done():
            self._reply.set_result((int(head[9:12]), body))

    async def ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        self._reply = asyncio.get_running_loop().create_future()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        async with asyncio.timeout(PATIENCE):
            status, content = await self._reply
        return status, content

    def close(self) -> None:
        """End it."""
        self.is_open = False
        self._transport.close()


class Client:
    """Asks one request after the other.

    Args:
        order: What to ask.
        number: Which client it is.
        result: Where answers are noted.
    """

    def __init__(self, order: LoadOrder, number: int, result: LoadResult) -> None:
        self._order, self._number, self._result = order, number, result
        self._connection: Connection | None = None
        self._owed = 0.0

    async def run(self, start: float, stop: asyncio.Event) -> None:
        """Ask until told to stop."""
        order, count = self._order, 0
        period = order.connections / order.rate if order.rate else 0.0
        due = start + period * self._number / order.connections
        while not stop.is_set():
            now = time.monotonic()
            if due > now:
                await asyncio.sleep(due - now)
            due = max(due, now) + period
            count += 1
            await self._predict(f"{order.name}-{self._number}-{count}", count)
        if self._connection:
            self._connection.close()

    async def _predict(self, event: str, count: int) -> None:
        record = (count * self._order.connections + self._number) % len(self._order.records)
        body = f'{{"id":"{event}","record":{self._order.records[record]}}}'.encode()
        answer = await self._ask("/predict", body, event=event, record=record)
        if answer is None:
            return
        self._result.answers.append(answer)
        self._owed += self._order.outcomes
        if answer.status == 200 and self._owed >= 1:
            self._owed -= 1
            outcome = msgspec.json.encode({"event": event, "value": "late"})
            reported = await self._ask("/outcomes", outcome, event=event, record=record)
            if reported:
                self._result.outcomes.append(reported)

    async def _ask(self, path: str, body: bytes, *, event: str, record: int) -> Answer | None:
        try:
            connection, sent = await self._connected(), time.monotonic()
            status, content = await connection.ask(path, body)
        except (OSError, TimeoutError) as error:
            self._result.failures.append((time.monotonic(), f"{path} {type(error).__name__}"))
            self._connection = None
            await asyncio.sleep(0.01)
            return None
        at = time.monotonic()
        if self._order.fresh:
            connection.close()
        generation, value = 0, 0.0
        if path == "/predict" and status == 200:
            reply = msgspec.json.decode(content, type=_Reply)
            generation, (value,) = reply.generation, reply.prediction.values()
        return Answer(
            id=event,
            at=at,
            took=at - sent,
            status=status,
            record=record,
            generation=generation,
            value=value,
        )

    async def _connected(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(
                Connection, "127.0.0.1", self._order.port
            )
        return self._connection


async def main(order: LoadOrder) -> LoadResult:
    """Ask as ordered until the input ends, and return what was noted."""
    result = LoadResult(answers=[], outcomes=[], failures=[])
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), stop.set)
    start = time.monotonic()
    clients = [Client(order, number, result) for number in range(order.connections)]
    await asyncio.gather(*(client.run(start, stop) for client in clients))
    return result


if __name__ == "__main__":
    ordered = msgspec.json.decode(sys.stdin.buffer.readline(), type=LoadOrder)
    Path(ordered.output).write_bytes(msgspec.msgpack.encode(uvloop.run(main(ordered))))
