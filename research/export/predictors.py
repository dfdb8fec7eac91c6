"""Predictors added to a graph exactly: linear models, trees, forests, both kinds of boosting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import GradientBoostingRegressor

from research.export.category_sets import in_set, without_sets
from research.export.ensembles import Tree, boosted, plain, summed
from research.export.graph import Graph, Matrix
from research.export.steps import InexactError, compared, doubles

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The links of losses of boosted classifiers.
SIGMOID, SOFTMAX = "HalfBinomialLoss", "HalfMultinomialLoss"


def linear(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the sums of a linear model."""
    matrix = doubles(graph, estimator, columns)
    coefficients = np.atleast_2d(np.asarray(estimator.coef_))
    if coefficients.dtype != np.float64:
        raise InexactError(f"{type(estimator).__name__} was fitted in single precision")
    product = graph.node("MatMul", [matrix.name, graph.constant(coefficients.T)])
    sums = Matrix(product, len(coefficients), exact=False)
    return [graph.arithmetic("Add", sums, estimator.intercept_)]


def logistic(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the probabilities of a logistic regression."""
    if len(estimator.classes_) > 2 and estimator.solver == "liblinear":
        raise InexactError("LogisticRegression holds one model a class")
    (scores,) = linear(graph, estimator, columns)
    return [_probabilities(graph, scores)]


def _probabilities(graph: Graph, scores: Matrix) -> Matrix:
    """Return the probabilities of two classes for one score, of k classes for k scores."""
    if scores.width > 1:
        return Matrix(graph.node("Softmax", [scores.name], axis=1), scores.width, exact=False)
    chance = graph.node("Sigmoid", [scores.name])
    other = graph.node("Sub", [graph.constant(np.ones(1)), chance])
    return Matrix(graph.node("Concat", [other, chance], axis=1), 2, exact=False)


def forest(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add one tree, or the mean of many."""
    members = getattr(estimator, "estimators_", [estimator])
    if estimator.n_outputs_ != 1:
        raise InexactError(f"{type(estimator).__name__} has more than one outcome")
    # Of a classifier, each node holds the shares of the classes among its rows. What the roots hold
    # is added in double precision, so that the sums of leaves are small.
    values = [each.tree_.value[:, 0, :] / len(members) for each in members]
    trees = [
        plain(each.tree_, value - value[0]) for each, value in zip(members, values, strict=True)
    ]
    matrix = graph.cast(compared(graph, estimator, columns), "single")
    sums = summed(graph, matrix, trees, values[0].shape[1])
    return [graph.arithmetic("Add", sums, np.sum([value[0] for value in values], axis=0))]


def older_boosting(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the older gradient boosting."""
    start = estimator.init_
    constant = isinstance(start, DummyClassifier | DummyRegressor) or start == "zero"
    if not constant:
        raise InexactError(f"{type(estimator).__name__} starts from another estimator")
    rate, k = estimator.learning_rate, estimator.estimators_.shape[1]
    trees = [
        plain(member.tree_, rate * member.tree_.value[:, 0, :], output)
        for stage in estimator.estimators_
        for output, member in enumerate(stage)
    ]
    matrix = graph.cast(compared(graph, estimator, columns), "single")
    zeros = np.zeros((1, estimator.n_features_in_), np.float32)
    baseline = estimator._raw_predict_init(zeros)[0]  # noqa: SLF001
    raw = graph.arithmetic("Add", summed(graph, matrix, trees, k), baseline)
    return [_linked(graph, estimator, raw)]


def boosting(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add histogram gradient boosting to what its preprocessor gives: codes, then numbers."""
    trees = [
        _boosted_tree(estimator, tree, output)
        for stage in estimator._predictors  # noqa: SLF001
        for output, tree in enumerate(stage)
    ]
    baseline = np.ravel(estimator._baseline_prediction)  # noqa: SLF001
    sums = summed(graph, compared(graph, estimator, columns), trees, len(baseline))
    return [_linked(graph, estimator, graph.arithmetic("Add", sums, baseline))]


def _boosted_tree(estimator: Any, tree: Any, output: int) -> Tree:
    """Return a tree whose branches on sets of categories are comparisons."""
    known = estimator._bin_mapper.bin_thresholds_  # noqa: SLF001 - of codes, the codes themselves
    branches = (tree.nodes["is_leaf"] == 0) & (tree.nodes["is_categorical"] != 0)
    sets = {
        int(at): in_set(
            tree.raw_left_cat_bitsets[tree.nodes["bitset_idx"][at]],
            len(known[tree.nodes["feature_idx"][at]]),
        )
        for at in np.flatnonzero(branches)
    }
    result = boosted(tree.nodes, output)
    return without_sets(result, sets) if sets else result


def _linked(graph: Graph, estimator: Any, raw: Matrix) -> Matrix:
    """Return boosted trees' predictions for their sums."""
    if hasattr(estimator, "predict_proba"):
        if type(estimator._loss).__name__ not in (SIGMOID, SOFTMAX):  # noqa: SLF001
            raise InexactError(f"{type(estimator).__name__} has another loss")
        return _probabilities(graph, raw)
    link = type(getattr(estimator._loss, "link", None)).__name__  # noqa: SLF001
    if isinstance(estimator, GradientBoostingRegressor) or link == "IdentityLink":
        return raw
    raise InexactError(f"{type(estimator).__name__} has another loss")
