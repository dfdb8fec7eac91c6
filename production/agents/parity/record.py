"""What the parity agent has on record of its last look: the checkpoint ``parity``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from production.agents.parity.finding import ParityFinding  # noqa: TC001 - msgspec reads it
from production.agents.progress import Document, Stored

if TYPE_CHECKING:
    from production.registry.checkpoints import Checkpoints

#: What one look comes to: that of the first that moved, where several did.
ParityDecision = Literal["quiet", "implementation_moved", "data_moved", "model_moved"]
#: The agent's name: of its lease, its record and its decisions.
PARITY = "parity"


class ParityProgress(Document, frozen=True, kw_only=True):
    """The last look of the parity agent; times in microseconds.

    Attributes:
        at: The moment it looked for; none before the first.
        since: The first of the looks in a row that came to the same.
        generation: The generation in service, such as ``1.0.0/3``.
        decision: What it came to; none before the first, nor where it cannot look.
        why: The figures in words, or why it cannot look.
        served: How many events were served in the window it looked at.
        sampled: How many of them it looked at.
        findings: What each rule found.
    """

    at: int | None = None
    since: int | None = None
    generation: str = ""
    decision: ParityDecision | None = None
    why: str = ""
    served: int = 0
    sampled: int = 0
    findings: tuple[ParityFinding, ...] = ()


def parity_progress(checkpoints: Checkpoints, product: str) -> Stored[ParityProgress]:
    """Return the last look of a product's parity agent, in a database."""
    return Stored(checkpoints, product, PARITY, ParityProgress())
