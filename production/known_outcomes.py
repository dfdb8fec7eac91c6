"""The outcomes that a naive baseline predicts from, by when they arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.outcomes import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.moment import DAY, HOUR
from contracts.ports import ARRIVED, OUTCOME

if TYPE_CHECKING:
    from contracts import ports
    from contracts.contract.terms import Terms
    from contracts.ports import Floats, Instants
    from production.feedback.outcomes import OutcomeLog

#: How far back from a window its naive baseline looks for outcomes.
MEMORY = 14 * DAY
#: So long after it arrived an outcome may be committed: so much is read again each time.
LATE = HOUR


class KnownOutcomes:
    """Outcomes as numbers with their arrivals, in order of arrival: a naive baseline's data.

    What a window's baseline predicts from depends on the window alone: neither on when the window
    is scored nor on which process scores it. So nothing that was read is forgotten; an outcome
    takes 16 bytes. Only what windows look back on is read: a process that starts late reads little.

    Args:
        source: Where the outcomes known at the start come from.
        log: Where later ones are read from.
        terms: What an outcome is, as a number.
        start: The first moment of operation.
        memory: How far back from a window a baseline looks, microseconds.
    """

    def __init__(
        self, source: ports.Source, log: OutcomeLog, terms: Terms, *, start: int, memory: int
    ) -> None:
        self._source, self._log, self._terms = source, log, terms
        self._start, self._memory = start, memory
        self._arrived, self._outcomes = np.empty(0, np.int64), np.empty(0)
        self._since: int | None = None
        self._is_complete = False
        self._until = start

    def before(self, window: int, moment: int) -> tuple[Instants, Floats]:
        """Return arrivals and outcomes, parallel, that the baseline of a window predicts from.

        Args:
            window: The window's first moment.
            moment: The outcomes that arrived before this moment are known.
        """
        self._read(window - self._memory, moment)
        first = int(np.searchsorted(self._arrived, window - self._memory))
        return self._arrived[first:], self._outcomes[first:]

    def _read(self, since: int, moment: int) -> None:
        """Read what arrived from one moment on, before another, and was not read before."""
        begin = max(since, self._start)
        if self._since is None:
            self._since = self._until = begin
        if begin < self._since:
            earlier = self._logged(begin, self._since)
            self._arrived, self._outcomes = _joined(earlier, (self._arrived, self._outcomes))
            self._since = begin
        if since < self._start and not self._is_complete:
            earlier, self._is_complete = self._at_start(), True
            self._arrived, self._outcomes = _joined(earlier, (self._arrived, self._outcomes))
        if moment > self._until:
            again = max(self._since, self._until - LATE)
            first = int(np.searchsorted(self._arrived, again))
            later = self._logged(again, moment)
            kept = self._arrived[:first], self._outcomes[:first]
            self._arrived, self._outcomes = _joined(kept, later)
            self._until = moment

    def _at_start(self) -> tuple[Instants, Floats]:
        """Return what the source knew when operation began."""
        start = self._start
        rows = with_outcome(self._source.window(start - self._memory, start, known_by=start))
        rows = rows.sort_by(ARRIVED)
        return instants(rows[ARRIVED]), numeric_outcomes(self._terms, rows[OUTCOME])

    def _logged(self, start: int, end: int) -> tuple[Instants, Floats]:
        """Return what the log has between two moments of arrival."""
        arrived, values = self._log.arrived(self._terms.product, start, end)
        if not len(arrived):
            return arrived, np.empty(0)
        return arrived, numeric_outcomes(self._terms, values)


def _joined(one: tuple[Instants, Floats], two: tuple[Instants, Floats]) -> tuple[Instants, Floats]:
    return np.concatenate([one[0], two[0]]), np.concatenate([one[1], two[1]])
