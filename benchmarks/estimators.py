"""The estimators that `forms` exports, with the columns and the outcome that each is fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    BaggingClassifier,
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
)
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from research.export.single import SinglePrecision

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERS = ["size", "cost", "count", "epoch", "step"]


class Example(msgspec.Struct, frozen=True):
    """An estimator to export.

    Attributes:
        name: In the table.
        estimator: Unfitted.
        columns: What it is fitted to.
        outcome: ``binary``, ``multiclass``, ``regression``, or ``positive`` numbers.
    """

    name: str
    estimator: Any
    columns: tuple[str, ...]
    outcome: str = "binary"


def numeric(*steps: Any) -> Pipeline:
    """Return a pipeline over numbers, of which some are null."""
    return make_pipeline(SimpleImputer(), *steps)


def beside(encoder: Any, columns: Iterable[str], rest: Any = "passthrough") -> ColumnTransformer:
    """Return encoded columns beside numbers."""
    return make_column_transformer((encoder, [*columns]), remainder=rest)


def codes(**options: Any) -> OrdinalEncoder:
    """Return an encoder of texts that takes unknown ones for missing."""
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, **options)


def text(vectorizer: Any) -> Pipeline:
    """Return a classifier of notes."""
    words = ColumnTransformer([("words", vectorizer, "note")])
    return make_pipeline(words, LogisticRegression(max_iter=300))


N, P, T = (*NUMBERS,), (*NUMBERS, "place"), ("note",)
FAST: dict[str, Any] = {"max_iter": 40, "random_state": 0}
FEW: dict[str, Any] = {"n_estimators": 20, "random_state": 0}
HOT = OneHotEncoder(handle_unknown="ignore")
LOGISTIC = LogisticRegression(max_iter=300)
EXAMPLES = (
    Example("linear", numeric(StandardScaler(), LinearRegression()), N, "regression"),
    Example("ridge, robust scaler", numeric(RobustScaler(), Ridge()), N, "regression"),
    Example("lasso, min-max scaler", numeric(MinMaxScaler(), Lasso(0.01)), N, "regression"),
    Example("logistic", numeric(StandardScaler(), LOGISTIC), N),
    Example("logistic, one-hot text", make_pipeline(
        beside(HOT, ["place"], numeric(StandardScaler())), LOGISTIC), P, "multiclass"),
    Example("logistic, one-hot numbers", make_pipeline(HOT, LOGISTIC), ("step",)),
    Example("logistic, ordinal numbers", make_pipeline(
        codes(), SimpleImputer(), LOGISTIC), ("step",)),
    Example("logistic, bins", numeric(
        KBinsDiscretizer(8, quantile_method="averaged_inverted_cdf"), LOGISTIC), N),
    Example("tree", DecisionTreeClassifier(max_depth=8, random_state=0), N),
    Example("tree of values, scaler", make_pipeline(
        StandardScaler(), DecisionTreeRegressor(max_depth=8, random_state=0)), N, "regression"),
    Example("forest", RandomForestClassifier(max_depth=10, **FEW), N, "multiclass"),
    Example("forest of values", RandomForestRegressor(max_depth=10, **FEW), N, "regression"),
    Example("extra trees, ordinal text", make_pipeline(
        beside(codes(), ["place"]), ExtraTreesRegressor(max_depth=10, **FEW)), P, "regression"),
    Example("boosting", HistGradientBoostingClassifier(**FAST), N),
    Example("boosting, scaler", make_pipeline(
        StandardScaler(), HistGradientBoostingClassifier(**FAST)), N, "multiclass"),
    Example("boosting of values", HistGradientBoostingRegressor(**FAST), N, "regression"),
    Example("boosting in single", make_pipeline(
        beside(codes(dtype=np.float32), ["place"], SinglePrecision()),
        HistGradientBoostingClassifier(**FAST)), P),
    Example("boosting, categories", make_pipeline(
        beside(codes(), ["place"]),
        HistGradientBoostingClassifier(categorical_features=[0], **FAST)), P),
    Example("boosting, texts", HistGradientBoostingClassifier(
        categorical_features=["place"], early_stopping=True, **FAST), P, "multiclass"),
    Example("boosting, 50 categories", HistGradientBoostingClassifier(
        categorical_features=["count", "step"], class_weight="balanced", **FAST), N),
    Example("boosting of values, categories", HistGradientBoostingRegressor(
        categorical_features=["count", "place"], monotonic_cst={"cost": 1}, **FAST),
        P, "regression"),
    Example("boosting of counts, categories", HistGradientBoostingRegressor(
        categorical_features=["count"], loss="poisson", **FAST), N, "positive"),
    Example("older boosting, scaler", numeric(
        StandardScaler(), GradientBoostingClassifier(**FEW)), N),
    Example("older boosting of values", numeric(GradientBoostingRegressor(**FEW)), N, "regression"),
    Example("calibrated", CalibratedClassifierCV(
        HistGradientBoostingClassifier(**FAST), method="isotonic", cv=3), N),
    Example("stacked", StackingClassifier(
        [("trees", HistGradientBoostingClassifier(**FAST)), ("linear", numeric(
            StandardScaler(), LOGISTIC))], cv=3), N),
    Example("calibrated, sigmoid", CalibratedClassifierCV(
        HistGradientBoostingClassifier(categorical_features=["place"], **FAST), cv=3), P),
    Example("calibrated forest", CalibratedClassifierCV(
        RandomForestClassifier(max_depth=8, **FEW), cv=3), N),
    Example("stacked values", StackingRegressor([
        ("trees", HistGradientBoostingRegressor(categorical_features=["count"], **FAST)),
        ("forest", ExtraTreesRegressor(max_depth=8, **FEW))], cv=3), N, "regression"),
    Example("vote", VotingClassifier([("trees", HistGradientBoostingClassifier(**FAST)),
        ("linear", numeric(StandardScaler(), LOGISTIC))], voting="soft", weights=[2, 1]),
        N, "multiclass"),
    Example("bags of trees", BaggingClassifier(
        DecisionTreeClassifier(max_depth=6), max_features=3, n_estimators=10, random_state=0),
        N),
    Example("powers", numeric(MinMaxScaler(clip=True), PolynomialFeatures(3), Ridge()),
        N, "regression"),
    Example("components, network", numeric(StandardScaler(), PCA(3, whiten=True), MLPClassifier(
        (8,), max_iter=30, random_state=0)), N, "multiclass"),
    Example("components, trees", numeric(StandardScaler(), PCA(3),
        HistGradientBoostingClassifier(**FAST)), N),
    Example("selection, counts", make_pipeline(SimpleImputer(add_indicator=True),
        MinMaxScaler(clip=True), SelectKBest(k=4), PoissonRegressor()), N, "positive"),
    Example("one-hot, dropped", make_pipeline(beside(OneHotEncoder(
        drop="first", min_frequency=520, handle_unknown="infrequent_if_exist"),
        ["place", "step"], numeric(MinMaxScaler(clip=True))), LOGISTIC), P),
    Example("logarithms", make_pipeline(
        ColumnTransformer([("log", FunctionTransformer(np.log1p), ["cost", "step"])]),
        TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp)),
        N, "positive"),
    Example("words", text(TfidfVectorizer()), T),
    Example("characters", text(CountVectorizer(analyzer="char_wb", ngram_range=(1, 3))), T),
    Example("hashed words", text(HashingVectorizer(n_features=2**10)), T),
)  # fmt: skip
