"""Predictors added to a graph: linear models, networks, trees, forests, both kinds of boosting."""

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
#: What a layer of a network applies, by its name there.
ACTIVATIONS = {"logistic": "Sigmoid", "relu": "Relu", "tanh": "Tanh"}


def linear(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the sums of a linear model."""
    matrix = doubles(graph, estimator, columns)
    coefficients = np.atleast_2d(np.asarray(estimator.coef_))
    if coefficients.dtype != np.float64:
        raise InexactError(f"{type(estimator).__name__} was fitted in single precision")
    product = graph.node("MatMul", [matrix.name, graph.constant(coefficients.T)])
    sums = Matrix(product, len(coefficients), exact=False)
    return [graph.arithmetic("Add", sums, estimator.intercept_)]


def generalized(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a generalized linear model."""
    (sums,) = linear(graph, estimator, columns)
    return [_inverse(graph, estimator, estimator._base_loss.link, sums)]  # noqa: SLF001


def network(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a multi-layer perceptron of one outcome."""
    matrix = doubles(graph, estimator, columns)
    if estimator.coefs_[0].dtype != np.float64:
        raise InexactError(f"{type(estimator).__name__} was fitted in single precision")
    if estimator.out_activation_ not in {"identity", "logistic", "softmax"}:
        raise InexactError(f"{type(estimator).__name__} has another loss")
    last = len(estimator.coefs_) - 1
    for at, (weights, shift) in enumerate(
        zip(estimator.coefs_, estimator.intercepts_, strict=True)
    ):
        product = graph.node("MatMul", [matrix.name, graph.constant(weights)])
        matrix = graph.arithmetic("Add", Matrix(product, weights.shape[1], exact=False), shift)
        if at < last and estimator.activation != "identity":
            name = graph.node(ACTIVATIONS[estimator.activation], [matrix.name])
            matrix = Matrix(name, matrix.width, exact=False)
    if hasattr(estimator, "predict_proba"):
        return [probabilities(graph, matrix)]
    return [matrix]


def logistic(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the probabilities of a logistic regression, or of another linear model of that loss."""
    if getattr(estimator, "loss", "log_loss") != "log_loss":
        raise InexactError(f"{type(estimator).__name__} has another loss")
    if len(estimator.classes_) > 2 and getattr(estimator, "solver", "liblinear") == "liblinear":
        raise InexactError(f"{type(estimator).__name__} holds one model a class")
    (scores,) = linear(graph, estimator, columns)
    return [probabilities(graph, scores)]


def probabilities(graph: Graph, scores: Matrix) -> Matrix:
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
    (raw,) = older_boosting_sums(graph, estimator, columns)
    return [linked(graph, estimator, raw)]


def older_boosting_sums(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the sums of the older gradient boosting."""
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
    return [graph.arithmetic("Add", summed(graph, matrix, trees, k), baseline)]


def boosting_sums(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the sums of histogram gradient boosting over what its preprocessor gives."""
    trees = [
        _boosted_tree(estimator, tree, output)
        for stage in estimator._predictors  # noqa: SLF001
        for output, tree in enumerate(stage)
    ]
    baseline = np.ravel(estimator._baseline_prediction)  # noqa: SLF001
    sums = summed(graph, compared(graph, estimator, columns), trees, len(baseline))
    return [graph.arithmetic("Add", sums, baseline)]


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


def linked(graph: Graph, estimator: Any, raw: Matrix) -> Matrix:
    """Return boosted trees' predictions for their sums."""
    if hasattr(estimator, "predict_proba"):
        if type(estimator._loss).__name__ not in (SIGMOID, SOFTMAX):  # noqa: SLF001
            raise InexactError(f"{type(estimator).__name__} has another loss")
        return probabilities(graph, raw)
    if isinstance(estimator, GradientBoostingRegressor):
        return raw
    return _inverse(graph, estimator, estimator._loss.link, raw)  # noqa: SLF001


def _inverse(graph: Graph, estimator: Any, link: Any, raw: Matrix) -> Matrix:
    """Return what a regression's sums predict under its link."""
    match type(link).__name__:
        case "IdentityLink":
            return raw
        case "LogLink":
            return Matrix(graph.node("Exp", [raw.name]), raw.width, exact=False)
    raise InexactError(f"{type(estimator).__name__} has another link")
