"""Learns row by row, by stochastic gradient descent: from the start, or on from a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.errors import MissingExtraError, check_parameters
from contracts.ports import OUTCOME
from production.implementations.flights.online_features import FEATURES, OnlineFeatures
from production.implementations.flights.online_model import SCALE, OnlineFlightsModel, OnlineState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from production.implementations.flights.online_features import Codes

#: The parameters that the contract's learning may set, and what they are without it.
PARAMS = {"epochs": 5, "penalty": 3e-4, "rate": 0.01}


class OnlineFlightsLearner:
    """Fits and resumes logistic models of flights; needs the extra ``[train]``."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> OnlineFlightsModel:
        """Return a model that has learned rows several times, at a rate that falls.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
            MissingExtraError: The extra ``[train]`` is not installed.
        """
        check_parameters(params, PARAMS, of="the online model of flights")
        given = {**PARAMS, **params}
        features = OnlineFeatures.of(rows)
        state = OnlineState(
            features=features,
            weights=[0.0] * features.width,
            intercept=0.0,
            rate=given["rate"],
            penalty=given["penalty"],
            seed=seed,
        )
        epochs, rng = int(given["epochs"]), np.random.default_rng(seed)
        orders = [rng.permutation(rows.num_rows) for _ in range(epochs)]
        rates = [state.rate * (epochs - at) for at in range(epochs)]
        return OnlineFlightsModel(_learned(state, rows, [*zip(orders, rates, strict=True)]))

    def resume(self, model: OnlineFlightsModel, rows: pa.Table) -> OnlineFlightsModel:
        """Return a model that has learned rows besides, each once.

        Raises:
            MissingExtraError: The extra ``[train]`` is not installed.
        """
        state = model.state
        return OnlineFlightsModel(_learned(state, rows, [(np.arange(rows.num_rows), state.rate)]))


def _learned(state: OnlineState, rows: pa.Table, passes: list[tuple[Any, float]]) -> OnlineState:
    """Return a state after some passes over rows, each an order of them and a learning rate."""
    try:
        import sklearn  # noqa: PLC0415
        from scipy.sparse import csr_matrix  # noqa: PLC0415
        from sklearn.linear_model import SGDClassifier  # noqa: PLC0415
    except ModuleNotFoundError as error:
        package = str(error.name)
        raise MissingExtraError(package, extra="train", purpose="training flights") from error

    places = state.features.places(rows)
    late = rows[OUTCOME].to_numpy().astype(np.int8)

    def matrix(places: Codes) -> csr_matrix:
        """Return n rows with one column for each weight."""
        ends = np.arange(0, places.size + 1, len(FEATURES))
        shape = (len(places), state.features.width)
        return csr_matrix((np.full(places.size, SCALE), places.ravel(), ends), shape=shape)

    learner = SGDClassifier(
        loss="log_loss",
        learning_rate="constant",
        alpha=state.penalty,
        random_state=state.seed,
        shuffle=False,
    )
    learner.classes_ = np.array([0, 1])
    learner.coef_ = np.array([state.weights])
    learner.intercept_ = np.array([state.intercept])
    # A day of rows is learned faster than sklearn checks it: what stands here needs no check.
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for order, rate in passes:
            learner.eta0 = rate
            learner.partial_fit(matrix(places[order]), late[order])
    weights, (intercept,) = learner.coef_[0].tolist(), learner.intercept_.tolist()
    return msgspec.structs.replace(state, weights=weights, intercept=intercept)
