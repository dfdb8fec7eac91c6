"""Estimators made of others, added to a graph: votes, bags, stacks, calibrated scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.preprocessing import FunctionTransformer

from research.export.features import applied
from research.export.predictors import probabilities
from research.export.steps import InexactError, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from research.export.graph import Graph, Matrix

    #: Adds an estimator to a graph over some columns, and returns what it gives.
    Operator = Callable[[Graph, Any, Sequence[Matrix]], Sequence[Matrix]]


def voting(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, add: Operator
) -> list[Matrix]:
    """Add the mean of what the members predict."""
    if getattr(estimator, "voting", "soft") != "soft":
        raise InexactError("VotingClassifier counts votes")
    members = [add(graph, each, columns)[0] for each in estimator.estimators_]
    return [graph.mean(members, estimator._weights_not_none)]  # noqa: SLF001


def bagging(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, add: Operator
) -> list[Matrix]:
    """Add the mean of what the members predict from the columns that were drawn for them."""
    matrix = numbers(graph, estimator, columns)
    classes = getattr(estimator, "n_classes_", 0)
    if any(len(getattr(each, "classes_", ())) != classes for each in estimator.estimators_):
        raise InexactError(f"{type(estimator).__name__} has members of fewer classes")
    members = [
        add(graph, each, graph.taken([matrix], taken))[0]
        for each, taken in zip(estimator.estimators_, estimator.estimators_features_, strict=True)
    ]
    return [graph.mean(members)]


def stacking(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, add: Operator
) -> Sequence[Matrix]:
    """Add an estimator over what the members predict: of two classes, the second's probability."""
    if not {*estimator.stack_method_} <= {"predict", "predict_proba"}:
        raise InexactError(f"{type(estimator).__name__} takes scores of its members")
    given = [add(graph, each, columns)[0] for each in estimator.estimators_]
    if len(getattr(estimator, "classes_", ())) == 2:
        given = [graph.taken([each], [1])[0] for each in given]
    if estimator.passthrough:
        given.append(numbers(graph, estimator, columns))
    return add(graph, estimator.final_estimator_, [graph.joined(given)])


def calibrated(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, score: Operator
) -> list[Matrix]:
    """Add the mean of sigmoids of one score each.

    Args:
        graph: The graph.
        estimator: Of two classes.
        columns: What it takes.
        score: Adds what is calibrated of a classifier, (n, 1).
    """
    if estimator.method != "sigmoid" or len(estimator.classes_) != 2:
        raise InexactError("CalibratedClassifierCV is no sigmoid of one score")
    members = []
    for member in estimator.calibrated_classifiers_:
        (calibrator,) = member.calibrators
        (raw,) = score(graph, member.estimator, columns)
        scaled = graph.arithmetic("Mul", raw, -calibrator.a_)
        members.append(probabilities(graph, graph.arithmetic("Sub", scaled, calibrator.b_)))
    return [graph.mean(members)]


def searched(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, add: Operator
) -> Sequence[Matrix]:
    """Add the best estimator that a search found."""
    return add(graph, estimator.best_estimator_, columns)


def transformed(
    graph: Graph, estimator: Any, columns: Sequence[Matrix], *, add: Operator
) -> list[Matrix]:
    """Add a regression whose target was transformed, and the way back."""
    (predicted,) = add(graph, estimator.regressor_, columns)
    way_back = getattr(estimator.transformer_, "inverse_func", "")
    if type(estimator.transformer_) is not FunctionTransformer or way_back is None:
        raise InexactError("TransformedTargetRegressor has a target transformed by an estimator")
    return [applied(graph, way_back, predicted)]
