"""Trains: numbers for the rows, trees of scikit-learn, their graph, and a comparison of the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.errors import MissingExtraError, StateError, check_parameters
from contracts.ports import OUTCOME
from production.implementations.boosted.columns import matrix, texts_of
from production.implementations.boosted.model import BoostedModel
from production.implementations.boosted.state import BoostedState
from production.implementations.boosted.trees import fitted_attributes, graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from contracts.kind import Kind
    from contracts.ports import Floats
    from production.implementations.boosted.state import Link

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
#: Rows on which the graph is compared with the trees, and what the two may differ by: of a number
#: as a share of the standard deviation. A row that takes another branch differs by 1e-4 and more.
COMPARED, TOLERANCE = 1_000, 1e-5
#: What makes predictions of sums, by how many labels there are; of many, the last.
LINKS: dict[int, Link] = {0: "identity", 2: "logistic", 3: "shares"}


class BoostedLearner:
    """Fits boosted trees; needs the extra ``[train]``, which reading and serving do not.

    Args:
        kind: What is predicted: ``binary``, ``multiclass`` or ``regression``.
        labels: The labels, in the contract's order; none for a regression.
        threads: OpenMP threads a fit takes; None leaves it to ``OMP_NUM_THREADS``. The model is the
            same for any number; more threads than free cores make a fit ten times slower.
    """

    def __init__(
        self,
        *,
        kind: Kind,
        labels: list[bool | int | str] | None = None,
        threads: int | None = 1,
    ) -> None:
        self._kind, self._labels, self._threads = kind, labels or [], threads

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> BoostedModel:
        """Return the model fitted to rows: the contract's input columns and ``outcome``.

        Raises:
            ConfigError: A parameter is none of `PARAMS`.
            MissingExtraError: The extra ``[train]`` is not installed.
            StateError: The rows have one label alone; or the trees as written predict
                otherwise than as fitted.
        """
        check_parameters(params, PARAMS, of="the boosted trees")
        inputs = rows.drop_columns([OUTCOME])
        texts, outcomes = texts_of(inputs), self._outcomes(rows)
        # Texts come first, as in research's pipeline: which columns a tree tries depends on it.
        order = np.argsort([known is None for known in texts.values()], kind="stable")
        numbers = matrix(inputs, texts)
        booster = self._fitted(numbers[:, order], outcomes, params, seed)
        model = self._written(booster, texts, order)
        _check_same(booster, model, inputs, numbers[:, order])
        return model

    def _outcomes(self, rows: pa.Table) -> np.ndarray[Any, Any]:
        """Return the outcomes in the labels' type: a file's 1.0 may be the label 1, or true."""
        values = rows[OUTCOME].to_numpy(zero_copy_only=False)
        if self._kind == "regression":
            return np.asarray(values, np.float64)
        kind = type(self._labels[0])
        return np.array([kind(value) for value in values])

    def _fitted(self, numbers: Floats, outcomes: Any, params: Mapping[str, Any], seed: int) -> Any:
        try:
            from sklearn.ensemble import (  # noqa: PLC0415 - serving does without it
                HistGradientBoostingClassifier,
                HistGradientBoostingRegressor,
            )
            from threadpoolctl import threadpool_limits  # noqa: PLC0415
        except ModuleNotFoundError as error:
            package = str(error.name)
            raise MissingExtraError(package, extra="train", purpose="training trees") from error
        regression = self._kind == "regression"
        trees = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
        booster = trees(early_stopping=False, random_state=seed, **params)
        with threadpool_limits(self._threads, user_api="openmp"):
            return booster.fit(numbers, outcomes)

    def _written(
        self, booster: Any, texts: dict[str, list[str] | None], order: Any
    ) -> BoostedModel:
        """Return the model of fitted trees, its sums in the order of the contract's labels."""
        baseline = np.ravel(booster._baseline_prediction)  # noqa: SLF001 - nowhere else
        stages = [[tree.nodes.copy() for tree in stage] for stage in booster._predictors]  # noqa: SLF001
        for nodes in (each for stage in stages for each in stage):
            nodes["feature_idx"] = order[nodes["feature_idx"]]
        classes = list(getattr(booster, "classes_", ()))
        labels = [each for each in self._labels if each in classes]
        if self._kind != "regression" and len(labels) < 2:
            raise StateError(f"the rows to learn from have the outcome {labels} alone")
        places, sign, link = [0], 1.0, LINKS[min(len(labels), 3)]
        if len(labels) == 2:
            sign = 1.0 if classes[1] == labels[1] else -1.0
        elif labels:
            places = [labels.index(each) for each in classes]
        ordered = np.empty_like(baseline)
        ordered[places] = baseline
        attributes = fitted_attributes(stages, places, sign=sign)
        state = BoostedState(
            texts={**texts},
            baseline=(sign * ordered).tolist(),
            link=link,
            labels=labels,
        )
        trees = graph(attributes, columns=len(texts), outputs=len(baseline))
        return BoostedModel(state, trees)


def _check_same(booster: Any, model: BoostedModel, inputs: pa.Table, numbers: Floats) -> None:
    """Check that a graph predicts as the trees that it was written from.

    scikit-learn keeps them in private arrays, which another version may change.

    Raises:
        StateError: It does not.
    """
    step = max(1, len(numbers) // COMPARED)
    if model.labels:
        classes = list(booster.classes_)
        fitted = booster.predict_proba(numbers[::step])
        taken = model.labels[1:] if model.state.link == "logistic" else model.labels
        fitted = fitted[:, [classes.index(each) for each in taken]]
    else:
        fitted = booster.predict(numbers[::step])[:, None]
    scale = 1.0 if model.labels else float(fitted.std()) or 1.0
    written = model.predict(inputs.take(np.arange(0, len(numbers), step)))
    difference = np.abs(fitted - written).max(initial=0.0) / scale
    if not difference <= TOLERANCE:
        raise StateError(
            f"the trees as written predict otherwise than the trees as fitted, by {difference:.1e}",
            hint="this version of scikit-learn stores its nodes in another way: see learner.py",
        )
