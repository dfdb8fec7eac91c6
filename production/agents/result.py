"""What came of one training: the model that was asked for, and why it may or may not serve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from production.generation.description import Candidate


class TrainingResult(msgspec.Struct, frozen=True, kw_only=True):
    """One refresh: asked for at a moment, for a reason, with its verdict.

    Attributes:
        at: The moment it was asked for, microseconds.
        reason: What asked for it: ``initial``, a trigger's reason, or a release.
        promoted: Whether what was trained may serve.
        failed: Whether the training ended in an error.
        candidate: What may serve, none when it was refused.
        why: The gate's finding in words.
        rows: Rows trained on.
        seconds: What the training took.
        scores: The metrics the gate judged by.
    """

    at: int
    reason: str
    promoted: bool
    failed: bool = False
    candidate: Candidate | None
    why: str
    rows: int
    seconds: float
    scores: Mapping[str, float]


class Trainer(Protocol):
    """Makes a new trained state when asked: which agent or person, the lifecycle says."""

    def refresh(self, moment: int, reason: str) -> TrainingResult:
        """Train on what is known at the moment, judge it, and register what may serve."""
