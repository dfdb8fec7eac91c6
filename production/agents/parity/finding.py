"""What a rule of parity finds: whether something moved, the figures, and the rows that show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Moved = Literal["implementation", "data", "model"]


class NamedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event that shows what moved.

    Attributes:
        id: The event's id.
        predictions: What was predicted of it, by whom.
        columns: The values of its columns that are furthest out.
    """

    id: str
    predictions: Mapping[str, tuple[float, ...]] = {}
    columns: Mapping[str, Any] = {}


class ParityFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found.

    Attributes:
        rule: The rule's name.
        moved: What moved, if it rings.
        rings: Whether it did.
        why: The figures it was judged by, in words.
        figures: The same figures by name.
        rows: The events that show it, the clearest first.
    """

    rule: str
    moved: Moved
    rings: bool
    why: str
    figures: Mapping[str, float] = {}
    rows: tuple[NamedRow, ...] = ()
