"""The outcomes a naive baseline predicts from, fetched from the source as time goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.outcome import numbers
from contracts.ports import ARRIVED, OUTCOME
from contracts.source.rows import instants, with_outcome

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants, Source
    from contracts.terms import Terms


class Known:
    """Outcomes with their arrivals, as the source knew them by a moment.

    Asking moment after moment costs one query each, of the events that can have news: those not
    older than ``memory``.

    Args:
        source: Data on demand.
        terms: What an outcome is, as a number.
        memory: How far back a baseline looks, microseconds.
    """

    def __init__(self, source: Source, terms: Terms, *, memory: int) -> None:
        self._source, self._terms, self._memory = source, terms, memory
        self._moment = -1
        self._arrays: tuple[Instants, Floats] = (np.zeros(0, np.int64), np.zeros(0))

    def by(self, moment: int) -> tuple[Instants, Floats]:
        """Return arrivals and outcomes that had arrived before a moment, parallel."""
        if moment != self._moment:
            rows = self._source.window(moment - self._memory, moment, known_by=moment)
            settled = with_outcome(rows)
            self._moment = moment
            self._arrays = instants(settled[ARRIVED]), numbers(self._terms, settled[OUTCOME])
        return self._arrays
