"""Boosted trees on any table: texts become codes, numbers stay as they are.

Nothing is scaled or filled in: trees need neither, and null goes its own way in them. A text that
no training row had, and a null one, have no code: the trees see null. All of it is exact in ONNX.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits

from contracts.errors import check_parameters
from contracts.ports import OUTCOME
from contracts.schema.pandera import columns_of
from research.export.arrays import text_columns
from research.export.fitted import Fitted
from research.solutions.tabular.fit import fit_estimator, outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from sklearn.pipeline import Pipeline

#: The parameters a search may set; all others are part of the solution.
PARAMS = (
    "l2_regularization",
    "learning_rate",
    "max_bins",
    "max_depth",
    "max_features",
    "max_iter",
    "max_leaf_nodes",
    "min_samples_leaf",
)


class BoostedTrees:
    """Fits boosted trees to the columns of a schema.

    There is no early stopping: a validation part drawn at random would mix times.

    Args:
        kind: What is predicted: ``binary``, ``multiclass`` or ``regression``.
        schema: The product's input schema, from pandera.
        labels: The labels, in the contract's order; none for a regression.
        threads: OpenMP threads a fit takes; None leaves it to ``OMP_NUM_THREADS``. The model is the
            same for any number; more threads than free cores make a fit ten times slower.
    """

    def __init__(
        self,
        *,
        kind: str,
        schema: Any,
        labels: list[bool | int | str] | None = None,
        threads: int | None = 1,
    ) -> None:
        self._kind, self._schema = kind, columns_of(schema)
        self._labels, self._threads = tuple(labels or ()), threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the trees fitted to rows: the schema's columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`, or of another value than it may have.
        """
        inputs = rows.drop_columns([OUTCOME])
        estimator = self._pipeline(text_columns(inputs), params, seed=seed)
        with threadpool_limits(self._threads, user_api="openmp"):
            fit_estimator(estimator, inputs, outcomes(rows, self._labels))
        return Fitted(estimator, inputs, labels=self._labels, schema=self._schema)

    def _pipeline(
        self, texts: tuple[str, ...], params: Mapping[str, Any], *, seed: int
    ) -> Pipeline:
        check_parameters(params, PARAMS, of="the boosted trees")
        codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
        encode = ColumnTransformer([("text", codes, list(texts))], remainder="passthrough")
        regression = self._kind == "regression"
        trees = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
        return make_pipeline(encode, trees(early_stopping=False, random_state=seed, **params))
