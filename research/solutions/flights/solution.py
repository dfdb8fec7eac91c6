"""The solution: ordinal codes beside numbers in single precision, then boosted trees.

The trees get the codes as ordinary numbers, by which ONNX can express them: it knows none of the
sets of ``categorical_features=``. There is no early stopping, because a validation part drawn
at random would mix times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits

from contracts.errors import check_parameters
from contracts.ports import OUTCOME
from contracts.schema.pandera import columns_of
from research.export.arrays import arrays, text_columns
from research.export.fitted import Fitted
from research.export.single import SinglePrecision
from research.solutions.flights.schema import inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    from pandera.pandas import DataFrameSchema

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


class FlightsSolution:
    """Fits the pipeline: the reference that a contract is written from.

    Args:
        threads: OpenMP threads a fit takes. The model is the same, bit by bit, for any number; more
            threads than free cores make a fit ten times slower, as they wait for each other
            spinning. None leaves it to ``OMP_NUM_THREADS``.
        schema: Returns the input schema; that of flights unless given.
    """

    def __init__(
        self, *, threads: int | None = None, schema: Callable[[], DataFrameSchema] = inputs
    ) -> None:
        self._threads, self._schema = threads, schema

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the pipeline fitted to rows: the contract's input columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
        """
        given = rows.drop_columns([OUTCOME])
        outcome = rows[OUTCOME].to_numpy().astype(np.int8)
        estimator = pipeline(text_columns(given), params, seed=seed)
        with threadpool_limits(self._threads, user_api="openmp"):
            estimator.fit(pd.DataFrame(arrays(given)), outcome)
        return Fitted(estimator, given, schema=columns_of(self._schema()))


def pipeline(text: Sequence[str], params: Mapping[str, Any], *, seed: int) -> Pipeline:
    """Return the unfitted pipeline.

    Args:
        text: The columns that become codes; all others pass as they are.
        params: Of the trees, among `PARAMS`.
        seed: For the trees.

    Raises:
        ConfigError: A parameter is none of `PARAMS`.
    """
    check_parameters(params, PARAMS, of="the trees of flights")
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float32
    )
    encode = ColumnTransformer([("text", codes, list(text))], remainder=SinglePrecision())
    trees = HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **params)
    return Pipeline([("encode", encode), ("trees", trees)])
