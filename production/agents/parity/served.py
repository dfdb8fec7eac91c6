"""Served as by its artifact: what was served is what the generation's own artifact predicts now.

It sees what changed in the code that serves, in a library, in the memory of a process or in the
artifact since the request was answered; it needs no reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from production.agents.parity.finding import ParityFinding
from production.generation.golden import allowed

if TYPE_CHECKING:
    from production.agents.parity.evidence import ParityEvidence


class ServedByArtifact:
    """Every prediction that was served is that of its artifact, up to rounding."""

    def find(self, evidence: ParityEvidence) -> ParityFinding:
        """Return whether what serves has moved from its artifacts."""
        sizes = np.abs(evidence.served - evidence.own)
        beyond = np.asarray((sizes > allowed(evidence.own, evidence.kind)).any(axis=1))
        largest = sizes.max(axis=1, initial=0.0)
        count, rows = int(beyond.sum()), len(beyond)
        furthest = float(largest.max(initial=0.0))
        return ParityFinding(
            rule="served",
            moved="implementation",
            rings=count > 0,
            why=f"{count:,} of {rows:,} predictions that were served are not those of their "
            f"generation's artifact, the largest difference is {furthest:.3g}",
            figures={"rows": rows, "beyond": count, "largest": furthest},
            rows=evidence.worst(np.where(beyond, largest, 0.0), "served", "own"),
        )
