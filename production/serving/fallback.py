"""The naive baseline in the place of a model, for requests that the contract's schema refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.ports import Baseline, Floats, Instants
    from production.known_outcomes import KnownOutcomes


class NaiveFallback:
    """Predicts without a request's inputs, from the outcomes that had arrived by a moment.

    Args:
        baseline: The naive baseline.
        known: The outcomes that it predicts from.
    """

    def __init__(self, baseline: Baseline, known: KnownOutcomes) -> None:
        self._baseline, self._known = baseline, known

    def predict(self, times: Instants, moment: int) -> Floats:
        """Return (n, k) predictions at n event times, at least one, known by a moment."""
        arrived, outcomes = self._known.before(int(times.min()), moment)
        return self._baseline.predict(times, arrived=arrived, outcomes=outcomes)
