"""Which estimators ONNX can express exactly, and how: what is not in the table is not converted.

Each function of the table adds one fitted estimator to a graph, in the operations of scikit-learn,
on doubles as there. Under a parameter, or for an input, of which the graph would make another model
it raises `InexactError`. Nothing splits texts into words here, for ONNX knows the letters of ASCII
only.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import (
    SelectFromModel,
    SelectKBest,
    SelectPercentile,
    VarianceThreshold,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    GammaRegressor,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
    TweedieRegressor,
)
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from research.export import encoders, features, members, predictors, steps
from research.export.graph import Graph
from research.export.single import SinglePrecision
from research.export.steps import InexactError, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from research.export.arrays import Kind
    from research.export.graph import Matrix
    from research.export.members import Operator


SELECTORS = (SelectFromModel, SelectKBest, SelectPercentile, VarianceThreshold)
LINEAR = (
    *(BayesianRidge, ElasticNet, ElasticNetCV, HuberRegressor, Lasso, LassoCV, LinearRegression),
    *(Ridge, RidgeCV, SGDRegressor),
)


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
    (raw,) = _boosting_sums(graph, estimator, columns)
    return [predictors.linked(graph, estimator, raw)]


def _boosting_sums(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    if estimator._preprocessor is not None:  # noqa: SLF001 - encodes categorical features
        columns = _column_transformer(graph, estimator._preprocessor, columns)  # noqa: SLF001
    return predictors.boosting_sums(graph, estimator, columns)


def _scored(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    """Return what is calibrated of a classifier of two classes, (n, 1)."""
    if type(estimator) is Pipeline:
        columns = _pipeline(graph, estimator[:-1], columns)
        return _scored(graph, estimator[-1], columns)
    if type(estimator) in SCORES:
        return SCORES[type(estimator)](graph, estimator, columns)
    if hasattr(estimator, "decision_function"):
        raise InexactError(f"scores of {type(estimator).__name__} are not known to be exact there")
    return graph.taken(_added(graph, estimator, columns), [1])


#: The table: for each type what adds it to a graph, under the parameters that it checks.
OPERATORS: dict[type, Operator] = {
    Pipeline: _pipeline,
    ColumnTransformer: _column_transformer,
    FunctionTransformer: features.function,
    OneHotEncoder: encoders.one_hot,
    OrdinalEncoder: encoders.ordinal,
    SimpleImputer: steps.imputer,
    KBinsDiscretizer: features.bins,
    PolynomialFeatures: features.powers,
    **dict.fromkeys((PCA, TruncatedSVD), features.components),
    **dict.fromkeys(SELECTORS, features.selected),
    SinglePrecision: steps.single_precision,
    MinMaxScaler: steps.min_max,
    **dict.fromkeys((MaxAbsScaler, RobustScaler, StandardScaler), steps.scaler),
    **dict.fromkeys(LINEAR, predictors.linear),
    **dict.fromkeys((GammaRegressor, PoissonRegressor, TweedieRegressor), predictors.generalized),
    **dict.fromkeys((LogisticRegression, LogisticRegressionCV, SGDClassifier), predictors.logistic),
    **dict.fromkeys((MLPClassifier, MLPRegressor), predictors.network),
    **dict.fromkeys((DecisionTreeClassifier, DecisionTreeRegressor), predictors.forest),
    **dict.fromkeys((ExtraTreesClassifier, ExtraTreesRegressor), predictors.forest),
    **dict.fromkeys((RandomForestClassifier, RandomForestRegressor), predictors.forest),
    **dict.fromkeys(
        (GradientBoostingClassifier, GradientBoostingRegressor), predictors.older_boosting
    ),
    **dict.fromkeys((HistGradientBoostingClassifier, HistGradientBoostingRegressor), _boosting),
    **dict.fromkeys((VotingClassifier, VotingRegressor), partial(members.voting, add=_added)),
    **dict.fromkeys((BaggingClassifier, BaggingRegressor), partial(members.bagging, add=_added)),
    **dict.fromkeys((StackingClassifier, StackingRegressor), partial(members.stacking, add=_added)),
    **dict.fromkeys((GridSearchCV, RandomizedSearchCV), partial(members.searched, add=_added)),
    TransformedTargetRegressor: partial(members.transformed, add=_added),
    CalibratedClassifierCV: partial(members.calibrated, score=_scored),
}
#: For each type what adds its scores, which are calibrated.
SCORES: dict[type, Operator] = {
    **dict.fromkeys((LinearSVC, LogisticRegression, RidgeClassifier), predictors.linear),
    GradientBoostingClassifier: predictors.older_boosting_sums,
    HistGradientBoostingClassifier: _boosting_sums,
}
