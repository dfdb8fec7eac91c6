"""Which estimators ONNX can express exactly, and how: what is not in the table is not converted.

Each function of the table adds one fitted estimator to a graph, in the operations of scikit-learn,
on doubles as there. Under a parameter, or for an input, of which the graph would make another model
it raises `InexactError`. Numbers are never encoded as categories here, for ONNX looks them up as
int64; and nothing splits texts into words, for ONNX knows the letters of ASCII only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from research.export.arrays import LARGEST_SINGLE, NAN
from research.export.ensembles import boosted, plain, summed
from research.export.graph import TREES, Graph, Matrix
from research.export.single import SinglePrecision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from research.export.arrays import Kind

    #: Adds an estimator to a graph over some columns, and returns what it gives.
    Operator = Callable[[Graph, Any, Sequence[Matrix]], Sequence[Matrix]]

#: The links of losses of boosted classifiers.
SIGMOID, SOFTMAX = "HalfBinomialLoss", "HalfMultinomialLoss"


class InexactError(Exception):
    """An estimator, or one of its parameters or inputs, of which ONNX makes another model."""


def converted(estimator: Any, inputs: Mapping[str, Kind]) -> bytes:
    """Return a fitted estimator as a serialized graph of one input a column.

    Args:
        estimator: It is not changed.
        inputs: Each column that it was fitted to, in order, and what it holds.

    Raises:
        InexactError: A part of it is not in the table, or not with such parameters or inputs.
    """
    graph = Graph(inputs)
    (output,) = _added(graph, estimator, graph.columns)
    return graph.serialized(output)


def _added(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    operator = OPERATORS.get(type(estimator))
    if operator is None:
        raise InexactError(f"{type(estimator).__name__} is not known to be exact there")
    return operator(graph, estimator, columns)


def _pipeline(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    for _, step in estimator.steps:
        if step is not None and step != "passthrough":
            columns = _added(graph, step, columns)
    return columns


def _column_transformer(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    if estimator.transformer_weights is not None:
        raise InexactError("ColumnTransformer has weights")
    if len(columns) != estimator.n_features_in_:
        raise InexactError("ColumnTransformer takes a matrix, not columns")
    given: list[Matrix] = []
    for name, step, _ in estimator.transformers_:
        taken = [columns[at] for at in estimator._transformer_to_input_indices[name]]  # noqa: SLF001
        if not taken or (isinstance(step, str) and step == "drop"):
            continue
        passed = step is None or (isinstance(step, str) and step == "passthrough")
        given += taken if passed else _added(graph, step, taken)
    return [_numbers(graph, estimator, given)]


def _identity(_: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    if estimator.func is not None:
        raise InexactError("FunctionTransformer calls a function")
    return columns


def _one_hot(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    _require_texts(estimator, columns)
    if estimator.drop is not None or estimator._infrequent_enabled:  # noqa: SLF001
        raise InexactError("OneHotEncoder drops or groups categories")
    given = []
    for column, categories in zip(columns, estimator.categories_, strict=True):
        code = _code(graph, column, categories, unknown=-1.0)
        places = graph.constant(np.arange(len(categories), dtype=np.float32).reshape(1, -1))
        hot = graph.node("Equal", [code, places])
        given.append(graph.cast(Matrix(hot, len(categories), "int"), "float"))
    return given


def _ordinal(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    _require_texts(estimator, columns)
    if estimator._infrequent_enabled:  # noqa: SLF001
        raise InexactError("OrdinalEncoder groups categories")
    given = estimator.unknown_value
    unknown = NAN if given is None else float(given)
    kind: Kind = "single" if estimator.dtype in (np.float32, "float32") else "float"
    codes = [
        graph.cast(Matrix(_code(graph, column, categories, unknown), 1, "single"), kind)
        for column, categories in zip(columns, estimator.categories_, strict=True)
    ]
    if np.dtype(estimator.dtype).kind != "f":
        raise InexactError("OrdinalEncoder gives whole numbers")
    return codes


def _code(graph: Graph, column: Matrix, categories: Any, unknown: float) -> str:
    """Return each text's place among the categories, or what an unknown one becomes."""
    return graph.node(
        "LabelEncoder",
        [column.name],
        TREES,
        keys_strings=[str(each) for each in categories],
        values_floats=[float(at) for at in range(len(categories))],
        default_float=unknown,
    )


def _imputer(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    matrix = _doubles(graph, estimator, columns)
    statistics = np.asarray(estimator.statistics_)
    missing = estimator.missing_values
    if not (isinstance(missing, float) and np.isnan(missing)) or estimator.add_indicator:
        raise InexactError("SimpleImputer looks for another value than a missing one")
    if statistics.dtype.kind not in "iuf" or np.isnan(statistics.astype(np.float64)).any():
        raise InexactError("SimpleImputer leaves out a column without values")
    known = graph.node("IsNaN", [matrix.name])
    filling = graph.constant(statistics.astype(np.float64))
    return [Matrix(graph.node("Where", [known, filling, matrix.name]), matrix.width)]


def _scaler(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add a scaler that takes something off, then divides."""
    matrix = _doubles(graph, estimator, columns)
    shift = getattr(estimator, "mean_", None) if getattr(estimator, "with_mean", False) else None
    if getattr(estimator, "with_centering", False):
        shift = estimator.center_
    if shift is not None:
        matrix = graph.arithmetic("Sub", matrix, shift)
    if estimator.scale_ is not None:
        matrix = graph.arithmetic("Div", matrix, estimator.scale_)
    return [matrix]


def _min_max(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    matrix = _doubles(graph, estimator, columns)
    matrix = graph.arithmetic("Mul", matrix, estimator.scale_)
    matrix = graph.arithmetic("Add", matrix, estimator.min_)
    if estimator.clip:
        raise InexactError("MinMaxScaler clips")
    return [matrix]


def _single(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the cast of each column by itself, so that who reads the graph can follow it."""
    given = []
    for column in columns:
        matrix = _doubles(graph, estimator, [column])
        least, most = (
            graph.constant(np.float64(each)) for each in (-LARGEST_SINGLE, LARGEST_SINGLE)
        )
        clipped = Matrix(graph.node("Clip", [matrix.name, least, most]), matrix.width)
        given.append(graph.cast(clipped, "single"))
    return given


def _linear(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    matrix = _doubles(graph, estimator, columns)
    coefficients = np.atleast_2d(np.asarray(estimator.coef_))
    if coefficients.dtype != np.float64:
        raise InexactError(f"{type(estimator).__name__} was fitted in single precision")
    product = graph.node("MatMul", [matrix.name, graph.constant(coefficients.T)])
    return [graph.arithmetic("Add", Matrix(product, len(coefficients)), estimator.intercept_)]


def _logistic(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    if len(estimator.classes_) > 2 and estimator.solver == "liblinear":
        raise InexactError("LogisticRegression holds one model a class")
    (scores,) = _linear(graph, estimator, columns)
    return [_probabilities(graph, scores)]


def _probabilities(graph: Graph, scores: Matrix) -> Matrix:
    """Return the probabilities of two classes for one score, of k classes for k scores."""
    if scores.width > 1:
        return Matrix(graph.node("Softmax", [scores.name], axis=1), scores.width)
    chance = graph.node("Sigmoid", [scores.name])
    other = graph.node("Sub", [graph.constant(np.ones(1)), chance])
    return Matrix(graph.node("Concat", [other, chance], axis=1), 2)


def _forest(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
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
    matrix = graph.cast(_numbers(graph, estimator, columns), "single")
    sums = summed(graph, matrix, trees, values[0].shape[1])
    return [graph.arithmetic("Add", sums, np.sum([value[0] for value in values], axis=0))]


def _gradient_boosting(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
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
    matrix = graph.cast(_numbers(graph, estimator, columns), "single")
    zeros = np.zeros((1, estimator.n_features_in_), np.float32)
    baseline = estimator._raw_predict_init(zeros)[0]  # noqa: SLF001
    raw = graph.arithmetic("Add", summed(graph, matrix, trees, k), baseline)
    return [_linked(graph, estimator, raw)]


def _boosting(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    if estimator._preprocessor is not None or estimator.is_categorical_ is not None:  # noqa: SLF001
        raise InexactError(f"{type(estimator).__name__} has categorical features")
    trees = [
        boosted(tree.nodes, output)
        for stage in estimator._predictors  # noqa: SLF001
        for output, tree in enumerate(stage)
    ]
    baseline = np.ravel(estimator._baseline_prediction)  # noqa: SLF001
    sums = summed(graph, _numbers(graph, estimator, columns), trees, len(baseline))
    return [_linked(graph, estimator, graph.arithmetic("Add", sums, baseline))]


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


def _require_texts(estimator: Any, columns: Sequence[Matrix]) -> None:
    if any(each.kind != "str" for each in columns):
        raise InexactError(f"{type(estimator).__name__} encodes numbers, which ONNX casts to int64")


def _numbers(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of numbers."""
    if any(each.kind == "str" for each in columns):
        raise InexactError(f"{type(estimator).__name__} takes texts")
    return graph.joined(columns)


def _doubles(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Matrix:
    """Return columns as one matrix of doubles, for what computes in the precision of its input."""
    matrix = _numbers(graph, estimator, columns)
    if matrix.kind == "single":
        raise InexactError(f"{type(estimator).__name__} computes in single precision")
    return matrix


#: The table: for each type what adds it to a graph, under the parameters that it checks.
OPERATORS: dict[type, Operator] = {
    Pipeline: _pipeline,
    ColumnTransformer: _column_transformer,
    FunctionTransformer: _identity,
    OneHotEncoder: _one_hot,
    OrdinalEncoder: _ordinal,
    SimpleImputer: _imputer,
    SinglePrecision: _single,
    MinMaxScaler: _min_max,
    **dict.fromkeys((MaxAbsScaler, RobustScaler, StandardScaler), _scaler),
    **dict.fromkeys((ElasticNet, Lasso, LinearRegression, Ridge), _linear),
    LogisticRegression: _logistic,
    **dict.fromkeys((DecisionTreeClassifier, DecisionTreeRegressor), _forest),
    **dict.fromkeys((ExtraTreesClassifier, ExtraTreesRegressor), _forest),
    **dict.fromkeys((RandomForestClassifier, RandomForestRegressor), _forest),
    **dict.fromkeys((GradientBoostingClassifier, GradientBoostingRegressor), _gradient_boosting),
    **dict.fromkeys((HistGradientBoostingClassifier, HistGradientBoostingRegressor), _boosting),
}
