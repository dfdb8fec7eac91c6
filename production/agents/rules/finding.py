"""What a rule of the gate finds: a verdict, and the figures behind it in words and as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

#: ``undecided``: the holdout's outcomes cannot tell; ``alarmed``: they are in doubt themselves.
FindingVerdict = Literal["passed", "failed", "undecided", "alarmed"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found of one challenger.

    Attributes:
        rule: The rule's name.
        verdict: Whether the challenger passed.
        why: The figures it was judged by, in words.
        figures: The same figures by name, for whoever computes with them.
    """

    rule: str
    verdict: FindingVerdict
    why: str
    figures: Mapping[str, float] = {}
