"""Trains linear models: a ridge regression by its equations, a logistic one by descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from contracts.errors import StateError, check_parameters
from contracts.ports import OUTCOME
from production.implementations.linear.model import LinearModel, LinearState, matrix, softmax

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from contracts.ports import Floats

#: The parameter that the contract's learning may set, and what it is without it.
PARAMS = {"penalty": 1.0}


class LinearLearner:
    """Fits models to numbers that are never null.

    Args:
        labels: The labels, in the contract's order; none for a regression.
    """

    def __init__(self, *, labels: list[str] | None = None) -> None:
        self._labels = labels or []

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> LinearModel:  # noqa: ARG002 - nothing is drawn
        """Return the model fitted to rows: the contract's input columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
            StateError: The weights of labels were not found.
        """
        check_parameters(params, PARAMS, of="the linear model")
        penalty = {**PARAMS, **params}["penalty"]
        columns = [name for name in rows.column_names if name != OUTCOME]
        values, outcomes = matrix(rows, columns), rows[OUTCOME].to_pylist()
        mean, scale = values.mean(axis=0), values.std(axis=0)
        scale[scale == 0] = 1.0
        unit = (values - mean) / scale
        labels = [each for each in self._labels if each in {*outcomes}]
        if labels:
            weights, intercepts = logistic(unit, indicators(outcomes, labels), penalty)
        else:
            weights, intercepts = ridge(unit, np.array(outcomes, np.float64), penalty)
        weights = weights / scale[:, None]
        return LinearModel(
            LinearState(
                columns=columns,
                weights=weights.tolist(),
                intercepts=(intercepts - mean @ weights).tolist(),
                labels=labels,
            )
        )


def indicators(outcomes: list[str], labels: list[str]) -> Floats:
    """Return 1 where a row has a label and 0 elsewhere, (n, k)."""
    return np.eye(len(labels))[[labels.index(each) for each in outcomes]]


def ridge(unit: Floats, outcomes: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Return the weights (m, 1) and the intercept (1,) of standardised columns (n, m)."""
    mean = outcomes.mean()
    squares = unit.T @ unit + penalty * np.eye(unit.shape[1])
    return np.linalg.solve(squares, unit.T @ (outcomes - mean))[:, None], np.array([mean])


def logistic(unit: Floats, truth: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Return the weights (m, k) and the intercepts (k,) of standardised columns (n, m).

    Raises:
        StateError: They were not found.
    """
    shape = (unit.shape[1] + 1, truth.shape[1])
    wide = np.column_stack([unit, np.ones(len(unit))])
    held = np.ones(shape)
    held[-1] = 0.0  # the intercepts are free
    rows = len(unit)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        chances = softmax(wide @ weights)
        likelihood = np.log(np.clip((chances * truth).sum(axis=1), 1e-300, None)).sum()
        squares = (held * weights**2).sum() * penalty / 2
        slope = wide.T @ (chances - truth) + penalty * held * weights
        return float(squares - likelihood) / rows, slope.ravel() / rows

    options = {"maxiter": 5_000, "ftol": 1e-15, "gtol": 1e-8}
    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options=options)
    if not np.isfinite(found.x).all():
        raise StateError("the weights of the labels were not found", hint="raise params.penalty")
    weights = found.x.reshape(shape)
    return weights[:-1], weights[-1]
