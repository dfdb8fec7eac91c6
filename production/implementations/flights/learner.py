"""Trains: encodes the rows, fits the trees, writes them as a graph, and compares the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import MissingExtraError, StateError, check_parameters
from contracts.ports import OUTCOME
from production.implementations.flights.encoding import Encoding
from production.implementations.flights.model import FlightsModel, TreeGraph

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import pyarrow as pa

    from production.implementations.flights.encoding import Matrix

#: The parameters that the contract's learning may set.
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
#: Rows on which the graph is compared with the trees.
COMPARED = 1_000
#: Sums in float32 differ by 5e-7; a row that takes another branch of one tree, by 1e-4 and more.
TOLERANCE = 1e-5


class FlightsLearner:
    """Fits models of flights; needs the extra ``[train]``, which reading and serving do not.

    Args:
        threads: OpenMP threads a fit takes. The model is the same, bit by bit, for any number; more
            threads than free cores make a fit ten times slower, as they wait for each other
            spinning. None leaves it to ``OMP_NUM_THREADS``.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> FlightsModel:
        """Return the model fitted to rows: the contract's input columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
            MissingExtraError: The extra ``[train]`` is not installed.
        """
        check_parameters(params, PARAMS, of="the trees of flights")
        inputs = rows.drop_columns([OUTCOME])
        encoding = Encoding.of(inputs)
        outcome = rows[OUTCOME].to_numpy().astype(np.int8)
        trees = _fit(encoding.matrix(inputs), outcome, dict(params), seed, self._threads)
        return FlightsModel(encoding, trees)


def _fit(
    matrix: Matrix,
    outcome: npt.NDArray[np.int8],
    params: dict[str, Any],
    seed: int,
    threads: int | None,
) -> bytes:
    """Return the graph of trees fitted to a matrix, once its probabilities agree with theirs."""
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        from production.implementations.flights.trees import graph  # noqa: PLC0415
    except ModuleNotFoundError as error:
        package = str(error.name)
        raise MissingExtraError(package, extra="train", purpose="training flights") from error

    booster = HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **params)
    with threadpool_limits(threads, user_api="openmp"):
        booster.fit(matrix, outcome)
    trees = graph(
        [stage[0].nodes for stage in booster._predictors],  # noqa: SLF001 - nowhere else
        baseline=float(booster._baseline_prediction.item()),  # noqa: SLF001
        columns=matrix.shape[1],
    )
    some = matrix[:: max(1, len(matrix) // COMPARED)]
    written = TreeGraph(trees, columns=matrix.shape[1]).many(some)
    difference = np.abs(booster.predict_proba(some)[:, 1:] - written).max(initial=0.0)
    if not difference <= TOLERANCE:
        raise StateError(
            f"the trees as written predict otherwise than the trees as fitted, by {difference:.1e}",
            hint="this version of scikit-learn stores its nodes in another way: see trees.py",
        )
    return trees
