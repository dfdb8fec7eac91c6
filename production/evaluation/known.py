"""The outcomes a naive baseline predicts from: fetched once, then kept current as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.labelled import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.ports import ARRIVED, OUTCOME

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.contract.terms import Terms
    from contracts.ports import Floats, Instants, Source


class Known:
    """Outcomes as numbers with their arrivals, in order of arrival.

    What a window's baseline sees depends on the window alone: neither on when it was scored nor
    on whether the process was another one then. So nothing is forgotten; an outcome takes 16 bytes.

    Args:
        source: Where those known at the start come from.
        terms: What an outcome is, as a number.
        moment: The start.
        memory: How far back from a window a baseline looks, microseconds.
    """

    def __init__(self, source: Source, terms: Terms, *, moment: int, memory: int) -> None:
        self._terms, self._memory = terms, memory
        rows = with_outcome(source.window(moment - memory, moment, known_by=moment))
        rows = rows.sort_by(ARRIVED)
        self._arrived = instants(rows[ARRIVED])
        self._outcomes = numeric_outcomes(terms, rows[OUTCOME])

    def take(self, arrived: Instants, outcomes: pa.Array) -> None:
        """Add outcomes that arrived since, in order of arrival."""
        if not len(arrived):
            return
        self._arrived = np.concatenate([self._arrived, arrived])
        self._outcomes = np.concatenate([self._outcomes, numeric_outcomes(self._terms, outcomes)])

    def arrays(self, start: int) -> tuple[Instants, Floats]:
        """Return arrivals and outcomes, parallel, that the baseline of a window looks at.

        Args:
            start: The window's first moment.
        """
        first = int(np.searchsorted(self._arrived, start - self._memory))
        return self._arrived[first:], self._outcomes[first:]
