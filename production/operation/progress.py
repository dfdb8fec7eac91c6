"""How far a loop has come: what its checkpoint holds, and nothing else is needed to go on."""

from __future__ import annotations

import msgspec

from production.feedback.batch import Receipt
from production.generation.description import Candidate


class Pending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A generation that passed the gate and waits for its training to be over."""

    ready: int
    candidate: Candidate


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The state of a loop between two wake-ups; times in microseconds.

    Attributes:
        format: The shape of this document.
        wake: The next wake-up.
        taken: Outcomes that arrived before this moment were taken.
        since: When a refresh was last asked for.
        promoted: When the generation in service was promoted; none before the first.
        requests: Requests served since ``since``.
        outcomes: Outcomes arrived since ``since``.
        served: Requests served in all.
        received: What became of the outcomes that arrived, counted.
        broken: Generations that passed the gate and could not serve.
        fallbacks: How often the selector failed, so that the champion stood in for it: at most
            once for each deployment and each wake-up.
        pending: What waits to be promoted.
        done: Whether there is no further wake-up.
    """

    format: int = 1
    wake: int
    taken: int
    since: int
    promoted: int | None = None
    requests: int = 0
    outcomes: int = 0
    served: int = 0
    received: Receipt = Receipt()
    broken: int = 0
    fallbacks: int = 0
    pending: Pending | None = None
    done: bool = False
