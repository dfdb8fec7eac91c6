"""What the models of a refresh are made from: nothing, or a state of the generation that serves."""

from __future__ import annotations

import msgspec

from contracts.ports import Model
from production.registry.lineage import LineageRecord, Watermark


class RefreshOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh starts from.

    Attributes:
        start: The first event time that it looks back on, microseconds.
        champion: The model that the challenger is compared with; none for a first generation.
        base: The model that it goes on from; none where a model is fitted anew.
        since: Up to where the champion, as it is compared, has learned, microseconds; none where it
            is not a question of how much the challenger has learned besides.
        lineage: What is on record of the base; none without one.
        parent: The generation of the base, by release and number; none without one.
        why: Why it is fitted anew, or what it goes on from or is compared with; empty where there
            is no choice.
        seconds: What it took to make what the challenger is compared with.
    """

    start: int
    champion: Model | None
    base: Model | None = None
    since: int | None = None
    lineage: LineageRecord | None = None
    parent: str | None = None
    why: str = ""
    seconds: float = 0.0

    @property
    def watermark(self) -> Watermark | None:
        """What the base has learned; none where a model is fitted anew."""
        return self.lineage.judged if self.lineage else None
