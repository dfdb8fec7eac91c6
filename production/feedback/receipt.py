"""Receipts: what became of the events or outcomes that were handed in, each counted once."""

from __future__ import annotations

import msgspec


class EventReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of events: received = accepted + duplicate.

    Attributes:
        received: Handed in.
        accepted: Written down.
        duplicate: Served before under the same id; the first stands.
        joined: Times of accepted events whose outcomes had been waiting in quarantine.
    """

    received: int
    accepted: int
    duplicate: int
    joined: tuple[int, ...] = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of outcomes: received = the sum of the five others; late are among accepted.

    Attributes:
        received: Handed in.
        accepted: Written down, and their event is known.
        duplicate: The same event, revision and value as before.
        quarantined: Written down, and their event is not known yet.
        conflicting: Written down, and another value stands for that revision.
        rejected: Not written down: malformed.
        late: Accepted after the evaluation window of their event had closed.
        rejections: Why, one line for each rejected.
    """

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    conflicting: int = 0
    rejected: int = 0
    late: int = 0
    rejections: tuple[str, ...] = ()

    def __add__(self, other: Receipt) -> Receipt:
        mine, others = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        names = self.__struct_fields__
        return Receipt(
            **{name: a + b for name, a, b in zip(names, mine, others, strict=True)},
        )
