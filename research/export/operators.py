"""Which estimators ONNX can express exactly, and how: what is not in the table is not converted.

Each function of the table adds one fitted estimator to a graph, in the operations of scikit-learn,
on doubles as there. Under a parameter, or for an input, of which the graph would make another model
it raises `InexactError`. Nothing splits texts into words here, for ONNX knows the letters of ASCII
only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
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

from research.export import encoders, predictors, steps
from research.export.graph import Graph
from research.export.single import SinglePrecision
from research.export.steps import InexactError, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from research.export.arrays import Kind
    from research.export.graph import Matrix

    #: Adds an estimator to a graph over some columns, and returns what it gives.
    Operator = Callable[[Graph, Any, Sequence[Matrix]], Sequence[Matrix]]


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
    given: list[Matrix] = []
    for name, step, _ in estimator.transformers_:
        taken = graph.taken(columns, estimator._transformer_to_input_indices[name])  # noqa: SLF001
        if not taken or (isinstance(step, str) and step == "drop"):
            continue
        passed = step is None or (isinstance(step, str) and step == "passthrough")
        given += taken if passed else _added(graph, step, taken)
    return [numbers(graph, estimator, given)]


def _boosting(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    if estimator._preprocessor is not None:  # noqa: SLF001 - encodes categorical features
        columns = _column_transformer(graph, estimator._preprocessor, columns)  # noqa: SLF001
    return predictors.boosting(graph, estimator, columns)


#: The table: for each type what adds it to a graph, under the parameters that it checks.
OPERATORS: dict[type, Operator] = {
    Pipeline: _pipeline,
    ColumnTransformer: _column_transformer,
    FunctionTransformer: steps.identity,
    OneHotEncoder: encoders.one_hot,
    OrdinalEncoder: encoders.ordinal,
    SimpleImputer: steps.imputer,
    SinglePrecision: steps.single_precision,
    MinMaxScaler: steps.min_max,
    **dict.fromkeys((MaxAbsScaler, RobustScaler, StandardScaler), steps.scaler),
    **dict.fromkeys((ElasticNet, Lasso, LinearRegression, Ridge), predictors.linear),
    LogisticRegression: predictors.logistic,
    **dict.fromkeys((DecisionTreeClassifier, DecisionTreeRegressor), predictors.forest),
    **dict.fromkeys((ExtraTreesClassifier, ExtraTreesRegressor), predictors.forest),
    **dict.fromkeys((RandomForestClassifier, RandomForestRegressor), predictors.forest),
    **dict.fromkeys(
        (GradientBoostingClassifier, GradientBoostingRegressor), predictors.older_boosting
    ),
    **dict.fromkeys((HistGradientBoostingClassifier, HistGradientBoostingRegressor), _boosting),
}
