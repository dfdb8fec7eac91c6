"""The table of operators: what each adds to a graph predicts as the fitted estimator does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    BayesianRidge,
    GammaRegressor,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    PoissonRegressor,
    Ridge,
    SGDClassifier,
    TweedieRegressor,
)
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from research.export.arrays import arrays, kinds
from research.export.estimator import outputs
from research.export.forms import OnnxGraph
from research.export.operators import converted
from research.export.single import SinglePrecision
from research.export.steps import InexactError
from tests.suites.learner import largest_difference

if TYPE_CHECKING:
    from research.export.arrays import Array

N = 400
FEW: dict[str, Any] = {"max_iter": 5, "random_state": 0}
TREES = HistGradientBoostingClassifier(**FEW)
VALUES = HistGradientBoostingRegressor(**FEW)
LOGISTIC = LogisticRegression(max_iter=500)
SMALL: dict[str, Any] = {"hidden_layer_sizes": (4,), "max_iter": 20, "random_state": 0}
BINS = KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf")
ORDINAL = KBinsDiscretizer(4, encode="ordinal", quantile_method="averaged_inverted_cdf")
FOREST = RandomForestClassifier(5, max_depth=4, random_state=0)


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    """Numbers, none of them missing."""
    draw = np.random.default_rng(0)
    return pa.table(
        {"x": draw.normal(size=N), "y": draw.gamma(2.0, 30.0, N), "c": draw.integers(0, 5, N)}
    )


def fitted(estimator: Any, rows: pa.Table, kind: str) -> Any:
    """Return an estimator fitted to an outcome of a kind."""
    columns = arrays(rows)
    score = columns["x"] + columns["y"] / 60 + np.sin(columns["c"])
    targets: dict[str, Array] = {
        "binary": score > 1,
        "multiclass": np.digitize(score, [0.5, 1.5]),
        "positive": np.exp(score),
    }
    return estimator.fit(pd.DataFrame(columns), targets[kind])


EXACT: dict[str, tuple[str, Any]] = {
    "bayesian ridge": ("positive", BayesianRidge()),
    "poisson": ("positive", make_pipeline(StandardScaler(), PoissonRegressor())),
    "gamma": ("positive", make_pipeline(StandardScaler(), GammaRegressor())),
    "tweedie of squares": ("positive", make_pipeline(StandardScaler(), TweedieRegressor())),
    "logistic, searched": ("multiclass", make_pipeline(
        StandardScaler(), LogisticRegressionCV(
            Cs=2, cv=3, scoring="neg_log_loss", use_legacy_attributes=False, l1_ratios=(0,)))),
    "gradient descent": ("binary", make_pipeline(
        StandardScaler(), SGDClassifier(loss="log_loss", random_state=0))),
    "network": ("binary", make_pipeline(StandardScaler(), MLPClassifier(**SMALL))),
    "network of classes": ("multiclass", make_pipeline(
        StandardScaler(), MLPClassifier(activation="tanh", **SMALL))),
    "network of values": ("positive", make_pipeline(
        StandardScaler(), MLPRegressor(activation="logistic", **SMALL))),
    "boosting of gamma": ("positive", HistGradientBoostingRegressor(loss="gamma", **FEW)),
    "bins": ("binary", make_pipeline(BINS, LOGISTIC)),
    "bins in trees": ("binary", make_pipeline(ORDINAL, TREES)),
    "squares in trees": ("binary", make_pipeline(PolynomialFeatures(2), TREES)),
    "products": ("positive", make_pipeline(
        StandardScaler(), PolynomialFeatures(3, interaction_only=True, include_bias=False),
        LinearRegression())),
    "components": ("binary", make_pipeline(StandardScaler(), PCA(2, whiten=True), LOGISTIC)),
    "singular vectors": ("positive", make_pipeline(TruncatedSVD(2), Ridge())),
    "selection": ("binary", make_pipeline(VarianceThreshold(), SelectKBest(k=2), TREES)),
    "flags of missing": ("binary", make_pipeline(
        SimpleImputer(add_indicator=True), MinMaxScaler(clip=True), LOGISTIC)),
    "roots in trees": ("binary", make_pipeline(
        FunctionTransformer(np.abs), FunctionTransformer(np.sqrt), TREES)),
    "logarithms": ("positive", make_pipeline(
        FunctionTransformer(np.abs), FunctionTransformer(np.log1p), Ridge())),
    "logarithm of the target": ("positive", TransformedTargetRegressor(
        Ridge(), func=np.log1p, inverse_func=np.expm1)),
    "vote": ("multiclass", VotingClassifier(
        [("a", TREES), ("b", FOREST)], voting="soft", weights=[1, 3])),
    "vote of values": ("positive", VotingRegressor([("a", VALUES), ("b", Ridge())])),
    "bags": ("binary", BaggingClassifier(
        DecisionTreeClassifier(max_depth=3), 4, max_features=2, random_state=0)),
    "bags of values": ("positive", BaggingRegressor(
        DecisionTreeRegressor(max_depth=3), 4, random_state=0)),
    "stack": ("binary", StackingClassifier(
        [("a", TREES), ("b", FOREST)], LOGISTIC, cv=3, passthrough=True)),
    "stack of classes": ("multiclass", StackingClassifier(
        [("a", TREES), ("b", FOREST)], LOGISTIC, cv=3)),
    "stack of values": ("positive", StackingRegressor(
        [("a", VALUES), ("b", Ridge())], cv=3)),
    "calibrated trees": ("binary", CalibratedClassifierCV(TREES, cv=3)),
    "calibrated older trees": ("binary", CalibratedClassifierCV(
        GradientBoostingClassifier(n_estimators=4, random_state=0), cv=3)),
    "calibrated forest": ("binary", CalibratedClassifierCV(FOREST, cv=3)),
    "calibrated margins": ("binary", CalibratedClassifierCV(
        make_pipeline(StandardScaler(), LinearSVC()), cv=3)),
    "search": ("binary", GridSearchCV(TREES, {"max_leaf_nodes": [4]}, cv=3)),
    "codes of a matrix": ("binary", make_pipeline(
        SimpleImputer(), HistGradientBoostingClassifier(categorical_features=[2], **FEW))),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("name", EXACT)
def test_a_graph_predicts_as_the_estimator(name: str, rows: pa.Table) -> None:
    """Each entry of the table, on the rows it was fitted to and on fresh ones."""
    kind, example = EXACT[name]
    estimator = fitted(example, rows, kind)
    columns = arrays(rows)
    fresh = {each: np.roll(column, at) * 1.01 for at, (each, column) in enumerate(columns.items())}
    graph = OnnxGraph(converted(estimator, kinds(rows)))
    for asked in (columns, fresh):
        expected = outputs(estimator, asked)
        unit = 1 if hasattr(estimator, "predict_proba") else expected.std()
        assert largest_difference(graph.outputs(asked), expected) < 1e-6 * unit


REFUSED: dict[str, tuple[str, Any, str]] = {
    "sums in trees": ("binary", make_pipeline(PCA(2), TREES), "compares sums"),
    "cubes in trees": ("binary", make_pipeline(PolynomialFeatures(3), TREES), "compares sums"),
    "sums in bins": ("binary", make_pipeline(PCA(2), BINS, LOGISTIC), "compares sums"),
    "sums as categories": ("positive", make_pipeline(
        FunctionTransformer(np.exp), OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1), Ridge()), "looks up sums"),
    "stack of trees": ("binary", StackingClassifier(
        [("a", TREES)], FOREST, cv=3), "compares sums"),
    "bins in single": ("binary", make_pipeline(
        SinglePrecision(), BINS, LOGISTIC), "computes in single precision"),
    "votes": ("binary", VotingClassifier([("a", TREES)]), "counts votes"),
    "steps": ("binary", CalibratedClassifierCV(TREES, method="isotonic", cv=3), "is no sigmoid"),
    "sigmoids": ("multiclass", CalibratedClassifierCV(TREES, cv=3), "is no sigmoid"),
    "scores": ("binary", StackingClassifier(
        [("a", LinearSVC())], LOGISTIC, cv=3), "takes scores of its members"),
    "another loss": ("binary", make_pipeline(
        StandardScaler(), SGDClassifier(loss="modified_huber", random_state=0)), "another loss"),
    "another function": ("positive", make_pipeline(
        FunctionTransformer(np.arctan), Ridge()), "a function is called"),
    "a scaled target": ("positive", TransformedTargetRegressor(
        Ridge(), transformer=StandardScaler()), "a target transformed by an estimator"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_graph_may_change_is_not_converted(name: str, rows: pa.Table) -> None:
    """A last bit that decides, another precision, another rule: the reason names it."""
    kind, example, reason = REFUSED[name]
    estimator = fitted(example, rows, kind)
    with pytest.raises(InexactError, match=reason):
        converted(estimator, kinds(rows))
