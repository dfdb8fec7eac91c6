"""Sends a history's requests over HTTP; what the server refuses is counted, the rest is served."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.errors import DataError, StateError
from contracts.moment import EPOCH
from contracts.ports import ID, KEY, TIME
from production.client import PredictionRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from production.client import Client


class Sender:
    """Sends requests in batches, with the ids, keys and times that the source gives them.

    Args:
        client: The client of the server.
        columns: The names of the contract's input columns.

    Attributes:
        served: How many requests were answered.
        refused: How many were not: they violate the contract, or the model fails on them.
    """

    def __init__(self, client: Client, columns: Sequence[str]) -> None:
        self._client, self._columns = client, tuple(columns)
        self.served, self.refused = 0, 0

    def send(self, rows: pa.Table) -> None:
        """Send the requests of rows.

        Raises:
            StateError: The server does not answer.
        """
        if rows.num_rows:
            self._send([self._ask(row) for row in rows.to_pylist()])

    def _ask(self, row: dict[str, Any]) -> PredictionRequest:
        moment = row[TIME]
        if isinstance(moment, int):
            moment = EPOCH + timedelta(microseconds=moment)
        record = {name: row[name] for name in self._columns}
        return PredictionRequest(record=record, id=row[ID], key=row[KEY], time=moment)

    def _send(self, asks: list[PredictionRequest]) -> None:
        """Send requests at once; where one of them is refused, in two halves."""
        try:
            self._client.predict_many(asks)
        except (DataError, StateError):
            self._client.manifest()  # a server that is away refuses nothing
            if len(asks) == 1:
                self.refused += 1
                return
            middle = len(asks) // 2
            self._send(asks[:middle])
            self._send(asks[middle:])
            return
        self.served += len(asks)
