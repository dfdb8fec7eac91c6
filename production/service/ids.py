"""The ids of events whose clients give none."""

from __future__ import annotations

from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING

from production.service.asks import counted_id

if TYPE_CHECKING:
    from production.service.asks import Asked


class Ids:
    """Makes ids of events for clients that give none.

    Args:
        product: The product.
        instance: The number of this process among all that ever served the product.
    """

    def __init__(self, product: str, *, instance: int) -> None:
        self._product, self._instance, self._count = product, instance, count(1)

    def of(self, asked: Asked) -> str:
        """Return an id: always the same for a key, time and record; else the next of a count."""
        if asked.ask.key is None or asked.ask.time is None:
            return counted_id(self._instance, next(self._count))
        moment = asked.ask.moment
        words = f"{self._product}\0{asked.ask.key}\0{moment}\0".encode()
        return f"{moment}-{blake2b(words + asked.text, digest_size=12).hexdigest()}"
