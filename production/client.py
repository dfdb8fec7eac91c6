"""A client of a served product: predictions, outcomes, what serves, and lineage.

Every call may safely be sent twice, so a broken connection and a 503 are tried again, within
bounds: a prediction that has no id, nor a key and a time to make one from, is given one here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import sleep, time_ns
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

import msgspec

from production.feedback.batch import Receipt
from production.service.answers import Lineage, Prediction, ServedBy
from production.service.outcomes import Reported
from production.service.problems import answered_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["AsyncClient", "Client", "PredictionRequest", "Reported"]

T = TypeVar("T")


class PredictionRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A prediction to ask for: a record of the contract, and its event's id, key and time."""

    record: Mapping[str, Any]
    id: str | None = None
    key: str | None = None
    time: datetime | None = None


class Client:
    """Asks a server; threads may share it. Close it, or use it as a context.

    Args:
        address: The server, ``http://…`` or ``https://…``.
        token: The bearer token, where the server takes one.
        timeout: Seconds that one answer may take.
        retries: How often a call is tried again.
        patience: The most seconds to wait before that, whatever ``Retry-After`` says.
        pause: Waits so many seconds.

    Every method raises a DataError if the server refuses what it was sent, a ConfigError if it
    refuses who asks, and a StateError if it does not have what was asked for, or cannot answer.
    """

    def __init__(
        self,
        address: str = "http://localhost:8080",
        *,
        token: str = "",
        timeout: float = 30.0,
        retries: int = 3,
        patience: float = 5.0,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        url = urlsplit(address)
        self._address, self._host, self._timeout = address, url.netloc, timeout
        self._kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        self._headers = {"content-type": "application/json"}
        self._headers |= {"authorization": f"Bearer {token}"} if token else {}
        self._retries, self._patience, self._pause = retries, patience, pause
        self._idle: deque[HTTPConnection] = deque()

    def predict(self, ask: PredictionRequest) -> Prediction:
        """Return the prediction for one record."""
        return self._call(Prediction, "POST", "/predict", _named(ask))

    def predict_many(self, asks: Sequence[PredictionRequest]) -> list[Prediction]:
        """Return the predictions for many records, in their order."""
        return self._call(list[Prediction], "POST", "/predict", [*map(_named, asks)])

    def report(self, outcomes: Sequence[Reported]) -> Receipt:
        """Report what came true, and return the receipt."""
        return self._call(Receipt, "POST", "/outcomes", outcomes)

    def manifest(self) -> ServedBy:
        """Return what serves."""
        return self._call(ServedBy, "GET", "/manifest")

    def lineage(self, event: str) -> Lineage:
        """Return where the prediction of an event came from."""
        return self._call(Lineage, "GET", f"/lineage/{quote(event, safe='')}")

    def close(self) -> None:
        """Close its connections."""
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, kind: type[T], method: str, path: str, value: object = None) -> T:
        body = None if value is None else msgspec.json.encode(value)
        for attempt in range(self._retries + 1):
            status, wait, content = self._send(method, path, body)
            if status != 503 or attempt == self._retries:
                break
            self._pause(min(float(wait) if wait.isdigit() else self._patience, self._patience))
        if status != 200:
            raise answered_error(status, content, f"{method} {self._address}{path}")
        return msgspec.json.decode(content, type=kind)

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        """Return a response's status, when to try again, and its body; 503 without an answer."""
        idle = self._idle
        # One that was kept may have been closed meanwhile: the next try is then made at once.
        again = "0" if idle else ""
        connection = idle.pop() if idle else self._kind(self._host, timeout=self._timeout)
        try:
            connection.request(method, path, body, self._headers)
            response = connection.getresponse()
            answer = response.status, response.getheader("retry-after", ""), response.read()
        except (HTTPException, OSError) as error:
            connection.close()
            return 503, again, f"no answer: {error}".encode()
        idle.append(connection)
        return answer


class AsyncClient:
    """The same for asyncio: each call waits in a thread. It takes what `Client` takes."""

    def __init__(self, address: str = "http://localhost:8080", **options: Any) -> None:
        self._client = Client(address, **options)

    async def predict(self, ask: PredictionRequest) -> Prediction:
        """Return the prediction for one record."""
        return await asyncio.to_thread(self._client.predict, ask)

    async def predict_many(self, asks: Sequence[PredictionRequest]) -> list[Prediction]:
        """Return the predictions for many records, in their order."""
        return await asyncio.to_thread(self._client.predict_many, asks)

    async def report(self, outcomes: Sequence[Reported]) -> Receipt:
        """Report what came true, and return the receipt."""
        return await asyncio.to_thread(self._client.report, outcomes)

    async def manifest(self) -> ServedBy:
        """Return what serves."""
        return await asyncio.to_thread(self._client.manifest)

    async def lineage(self, event: str) -> Lineage:
        """Return where the prediction of an event came from."""
        return await asyncio.to_thread(self._client.lineage, event)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.close()


def _named(ask: PredictionRequest) -> PredictionRequest:
    """Return an ask whose event has the same id each time it is sent."""
    if ask.id is not None or (ask.key is not None and ask.time is not None):
        return ask
    return msgspec.structs.replace(ask, id=f"{time_ns() // 1_000}-{uuid4().hex}")
