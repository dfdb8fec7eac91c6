"""A linear model on any table of numbers: each column standardised, then one weight for each.

Small enough that production can have an implementation of its own, and exact in ONNX.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from contracts.errors import check_parameters
from contracts.ports import OUTCOME
from contracts.schema.pandera import columns_of
from research.export.fitted import Fitted
from research.solutions.tabular.fit import fit_estimator

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

#: The parameter a search may set, and what it is without it: how strongly weights are held to zero.
PARAMS = {"penalty": 1.0}
#: Until the steps are as small as that, so that another optimiser comes to the same weights.
TOLERANCE, STEPS = 1e-8, 2_000


class Linear:
    """Fits a ridge regression; or, where there are labels, a logistic one of all of them at once.

    Args:
        schema: The product's input schema, from pandera: numbers that are never null.
        labels: The labels, in the contract's order; none for a regression.
    """

    def __init__(self, *, schema: Any, labels: list[str] | None = None) -> None:
        self._schema, self._labels = columns_of(schema), tuple(labels or ())

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the model fitted to rows: the schema's columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`, or a column is none of numbers.
        """
        check_parameters(params, PARAMS, of="the linear model")
        penalty = {**PARAMS, **params}["penalty"]
        inputs, outcomes = rows.drop_columns([OUTCOME]), np.array(rows[OUTCOME].to_pylist())
        model = (
            LogisticRegression(C=1 / penalty, tol=TOLERANCE, max_iter=STEPS, random_state=seed)
            if self._labels
            else Ridge(alpha=penalty, random_state=seed)
        )
        estimator = make_pipeline(StandardScaler(), model)
        fit_estimator(estimator, inputs, outcomes)
        return Fitted(estimator, inputs, labels=self._labels, schema=self._schema)
