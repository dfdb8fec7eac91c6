"""A second solution: a logistic regression on bins and their pairs, which can go on learning.

Stochastic gradient descent at a constant rate follows a world that moves. The rate, the penalty and
the bins were chosen on February, learned from day to day after January.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import SGDClassifier

from contracts.errors import check_parameters
from contracts.ports import OUTCOME
from research.export.arrays import arrays
from research.solutions.flights import schema
from research.solutions.flights.online_features import one_hot
from research.solutions.flights.online_model import OnlineFlights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt
    import pyarrow as pa
    from scipy.sparse import csr_matrix

    from contracts.ports import Floats

#: The parameters that a search may set, and what they are without it.
PARAMS = {"epochs": 5, "penalty": 3e-4, "rate": 0.01}
TEXTS = {
    "carrier": schema.CARRIERS.split(),
    "origin": schema.ORIGINS.split(),
    "dest": schema.DESTINATIONS.split(),
}


class OnlineFlightsSolution:
    """Fits and resumes the regression: the reference of the product ``flights_online``."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> OnlineFlights:
        """Return a regression fitted in several passes, at a rate that falls.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
        """
        check_parameters(params, PARAMS, of="the online solution")
        given = {**PARAMS, **params, "seed": seed}
        features, late = one_hot(arrays(rows.drop_columns([OUTCOME])), TEXTS), _late(rows)
        epochs, order = int(given["epochs"]), np.random.default_rng(seed)
        learn = _learner(np.zeros(features.shape[1] + 1), given)
        for left in range(epochs, 0, -1):
            at = order.permutation(rows.num_rows)
            weights = learn(features[at], late[at], left * given["rate"])
        return OnlineFlights(weights, TEXTS, given)

    def resume(self, model: OnlineFlights, rows: pa.Table) -> OnlineFlights:
        """Return a regression that has learned rows besides, each once, in their order."""
        learn = _learner(model.weights, model.given)
        features = one_hot(arrays(rows.drop_columns([OUTCOME])), model.texts)
        weights = learn(features, _late(rows), model.given["rate"])
        return OnlineFlights(weights, model.texts, model.given)


def _late(rows: pa.Table) -> npt.NDArray[np.int8]:
    return np.asarray(rows[OUTCOME].to_numpy(), np.int8)


def _learner(weights: Floats, given: Mapping[str, Any]) -> Callable[..., Floats]:
    """Return what learns rows at a rate, from some weights on, and returns the weights."""
    learner = SGDClassifier(
        loss="log_loss",
        learning_rate="constant",
        alpha=given["penalty"],
        random_state=given["seed"],
        shuffle=False,
    )
    learner.coef_, learner.intercept_ = weights[None, :-1].copy(), weights[-1:].copy()

    def learn(features: csr_matrix, late: npt.NDArray[np.int8], rate: float) -> Floats:
        learner.eta0 = rate
        learner.partial_fit(features, late, classes=[0, 1])
        return np.append(learner.coef_[0], learner.intercept_)

    return learn
