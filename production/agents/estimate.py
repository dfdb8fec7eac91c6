"""Estimates the score of a window from its predictions alone, as soon as the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.outcomes import numeric_outcomes
from contracts.errors import ConfigError
from contracts.score.unlabelled import chances, expected_score
from production.evaluation import reward_metric
from production.feedback.batch import FALLBACK
from production.metrics import WindowEstimate

if TYPE_CHECKING:
    from contracts.contract import Contract
    from production.feedback.events import EventLog
    from production.feedback.feedback import Feedback

#: Of fewer outcomes nobody can tell how probabilities are to be calibrated.
LEAST = 200


class Estimator:
    """Estimates the first metric of a contract that is a mean of losses.

    Args:
        contract: Names the metrics.
        feedback: What was served, and what came back.
        events: What was served.
        memory: How far back from a window the outcomes lie that calibrate it, microseconds.

    Raises:
        ConfigError: The contract predicts no probabilities, or no metric is a mean of losses.
    """

    def __init__(
        self, *, contract: Contract, feedback: Feedback, events: EventLog, memory: int
    ) -> None:
        if contract.kind == "regression":
            raise ConfigError(
                "evaluation.estimate: a score is estimated from probabilities, and a regression "
                "predicts none",
                hint="evaluation.estimate=null; evaluation.drift=1000 needs no outcomes either",
            )
        shape = np.full((1, contract.k), 1 / max(contract.k, 2))
        metric = reward_metric([term.name for term in contract.metrics], np.zeros(1), shape)
        if metric is None:
            raise ConfigError(
                "evaluation.estimate: no metric of the contract is a mean of losses",
                hint="evaluation.estimate=null, or a contract with log_loss, say",
            )
        self._contract, self._metric = contract, metric
        self._feedback, self._events, self._memory = feedback, events, memory

    def window(self, start: int, end: int) -> WindowEstimate | None:
        """Return the estimate of a window by the outcomes known at its end; none by too few."""
        product = self._contract.product
        past = self._feedback.scored(product, start - self._memory, start, known_by=end)
        events = self._events.served(product, start, end)
        served = events.prediction[np.asarray(events.generation) != FALLBACK]
        if len(past.id) < LEAST or not len(served):
            return None
        truth = numeric_outcomes(self._contract, past.outcome)
        chance = chances(truth, past.prediction, served)
        value, error = expected_score(self._metric, chance, served)
        return WindowEstimate(metric=self._metric.name, value=value, error=error, rows=len(served))
