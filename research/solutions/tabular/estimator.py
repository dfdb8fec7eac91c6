"""A learner made of an estimator of scikit-learn's kind: any of its own, or a pipeline of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from threadpoolctl import threadpool_limits

from contracts.errors import check_parameters
from contracts.ports import OUTCOME
from contracts.schema.pandera import columns_of
from research.export.fitted import Fitted
from research.solutions.tabular.fit import fit_estimator, outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa


class EstimatorLearner:
    """Fits copies of an estimator to frames of a schema's columns.

    A product's module makes its learner of it in a line, and declares that under
    ``liaison.components``::

        forest = functools.partial(EstimatorLearner, RandomForestRegressor())

    The product's file gives the rest::

        learner:
          _target_: parcels.pieces.forest
          schema: ${product.specification.schema}
          labels: ${product.specification.labels}

    What ONNX or skops can hold can be served (`research.export.fitted.export`). Columns of texts
    come as texts, and null as NaN or None: an estimator that takes neither needs a pipeline.

    Args:
        estimator: It is cloned for each fit, and stays as it was.
        schema: The product's input schema, from pandera.
        labels: The labels, in the contract's order; none for a regression.
        threads: Threads of a fit's own libraries; None leaves it to the environment.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        schema: Any,
        labels: Sequence[bool | int | str] | None = None,
        threads: int | None = 1,
    ) -> None:
        self._estimator, self._schema = estimator, columns_of(schema)
        self._labels, self._threads = tuple(labels or ()), threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the estimator fitted to rows: the schema's columns and ``outcome``.

        Args:
            rows: What to learn from.
            params: The estimator's own, by the names that its ``set_params`` takes.
            seed: For each ``random_state`` in it that is not set.

        Raises:
            ConfigError: A parameter is none that the estimator has, or it cannot take the rows:
                columns of texts, say, without a pipeline that encodes them.
        """
        valid = self._estimator.get_params()
        check_parameters(params, tuple(valid), of=f"the estimator {type(self._estimator).__name__}")
        random = {
            name: seed
            for name, value in valid.items()
            if name.rpartition("__")[2] == "random_state" and value is None
        }
        estimator = clone(self._estimator).set_params(**{**random, **params})
        inputs = rows.drop_columns([OUTCOME])
        with threadpool_limits(self._threads):
            fit_estimator(estimator, inputs, outcomes(rows, self._labels))
        return Fitted(estimator, inputs, labels=self._labels, schema=self._schema)
