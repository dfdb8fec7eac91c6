"""Evidence as the gate computes it, from figures: for the tests of its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from production.agents.rules.evidence import GateEvidence
from production.agents.track_record import TrackRecord

if TYPE_CHECKING:
    from production.agents.row_digests import HistoryChange


def evidence(
    *,
    score: float = 0.5,
    champion: float | None = 0.5,
    naive: float = 0.6,
    name: str = "log_loss",
    measures: dict[str, float] | None = None,
    history: HistoryChange | None = None,
    **record: Any,
) -> GateEvidence:
    """Return what rules judge by, where both sides score alike unless said."""
    scores = {name: score, f"naive.{name}": naive}
    return GateEvidence(
        outcomes=100,
        scores=scores if champion is None else scores | {f"champion.{name}": champion},
        measures=measures or {},
        first=champion is None,
        record=TrackRecord(**record),
        history=history,
    )
