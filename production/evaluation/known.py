"""The outcomes a naive baseline predicts from: fetched once, then kept current as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.outcome import numbers
from contracts.ports import ARRIVED, OUTCOME
from contracts.source.rows import instants, with_outcome

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.contract.terms import Terms
    from contracts.ports import Floats, Instants, Source


class Known:
    """Outcomes with their arrivals, those of the last ``memory``.

    Args:
        source: Where those known at the start come from.
        terms: What an outcome is, as a number.
        moment: The start.
        memory: How far back a baseline looks, microseconds.
    """

    def __init__(self, source: Source, terms: Terms, *, moment: int, memory: int) -> None:
        self._terms, self._memory = terms, memory
        rows = with_outcome(source.window(moment - memory, moment, known_by=moment))
        self._arrived = instants(rows[ARRIVED])
        self._outcomes = numbers(terms, rows[OUTCOME])

    def take(self, arrived: Instants, outcomes: pa.Array) -> None:
        """Add outcomes that arrived, and forget those that are too old to matter."""
        if not len(arrived):
            return
        recent = self._arrived >= int(arrived.max()) - self._memory
        self._arrived = np.concatenate([self._arrived[recent], arrived])
        values = numbers(self._terms, outcomes)
        self._outcomes = np.concatenate([self._outcomes[recent], values])

    def arrays(self) -> tuple[Instants, Floats]:
        """Return arrivals and outcomes, parallel."""
        return self._arrived, self._outcomes
