"""What a generation has learned, and of which: the record that an incremental refresh goes on from.

It is registered with the generation, in the same transaction, so that no process that is killed
leaves a model without its watermark, or a watermark without its model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from production.registry.generations import Trained


class Watermark(msgspec.Struct, frozen=True, kw_only=True):
    """Up to where outcomes are learned: all that arrived before a moment, each once.

    Attributes:
        known_by: The moment, microseconds.
        rows: How many rows were learned.
        digest: The digest of these rows, whatever their order, as hexadecimal digits.
    """

    known_by: int
    rows: int
    digest: str


class LineageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a generation came about; times in microseconds.

    Attributes:
        strategy: ``full``: fitted anew; ``incremental``: resumed from its parent's base.
        parent: The generation whose base it was resumed from; None for one fitted anew.
        why: Why it was fitted anew, or what it was resumed from.
        based_at: The moment of the last training in its line that fitted anew; where parameters are
            searched, of the last search.
        learner: The digest of the learner's configuration, its parameters and its seed.
        base: The artifact of the state that the gate judged: it has not learned the holdout, so the
            next refresh goes on from it and can be judged in turn.
        judged: What the base has learned.
        learned: What the generation itself has learned: the base's, and the holdout if that was
            learned after the gate had judged.
        params: The parameters that it was trained with, where a search may choose them; None for
            the contract's.
    """

    strategy: Literal["full", "incremental"]
    parent: str | None
    why: str
    based_at: int
    learner: str
    base: str
    judged: Watermark
    learned: Watermark
    params: dict[str, Any] | None = None


def lineage_of(trained: Trained) -> LineageRecord | None:
    """Return the lineage of a generation, none where none was recorded."""
    return None if trained.lineage is None else msgspec.convert(trained.lineage, LineageRecord)
