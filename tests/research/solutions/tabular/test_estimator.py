"""A learner made of any estimator."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from contracts.config.compose import compose
from contracts.config.instantiate import instantiate
from contracts.errors import ConfigError, ContractError
from contracts.ports import Learner
from contracts.schema.declared import inputs
from research.export.exported import ExportedModel
from research.solutions.tabular.estimator import EstimatorLearner
from tests.suites.package import install

if TYPE_CHECKING:
    from pathlib import Path

N = 300
COLUMNS: list[dict[str, Any]] = [
    {"name": "months", "kind": "int"},
    {"name": "spent", "kind": "float"},
]
RNG = np.random.default_rng(0)
INPUTS = pa.table({"months": RNG.integers(0, 40, N), "spent": RNG.normal(size=N)})
SPENT = INPUTS["spent"].to_numpy()
#: By kind: an estimator of it, the labels, and outcomes as a source may give them.
CASES: dict[str, tuple[Any, list[Any], list[Any]]] = {
    "binary": (RandomForestClassifier(5), [False, True], [float(each) for each in SPENT > 0]),
    "multiclass": (
        make_pipeline(StandardScaler(), LogisticRegression()),
        ["high", "low"],
        ["high" if each > 0 else "low" for each in SPENT],
    ),
    "regression": (RandomForestRegressor(5), [], (1e6 * SPENT).tolist()),
    "whole numbers": (ExtraTreesRegressor(5), [], [round(each) for each in 10 * SPENT]),
}


@pytest.mark.parametrize("case", CASES)
def test_served_form(case: str, tmp_path: Path) -> None:
    """What it fits is served in a form that predicts the same."""
    estimator, labels, outcomes = CASES[case]
    learner = EstimatorLearner(estimator, schema=inputs(COLUMNS), labels=labels)
    assert isinstance(learner, Learner)
    fitted = learner.fit(INPUTS.append_column("outcome", pa.array(outcomes)), params={}, seed=0)
    fitted.write(tmp_path)
    served = ExportedModel.read(tmp_path).predict(INPUTS)
    assert np.allclose(served, fitted.predict(INPUTS), rtol=1e-6, atol=1e-6)
    assert served.std() > 0
    assert not hasattr(estimator, "n_features_in_")  # it was cloned


@pytest.mark.parametrize(
    ("estimator", "column", "outcomes", "message", "hint"),
    [
        (RandomForestRegressor(3), ["a", "b"], SPENT, "string", r"make_pipeline\(.*\['shop'\]"),
        (
            make_pipeline(StandardScaler(), LinearRegression()),
            ["a", None],
            SPENT,
            "estimator Pipeline cannot be fitted",
            "OneHotEncoder",
        ),
        (LinearRegression(), [1.0, None], SPENT, "NaN", "SimpleImputer"),
        (RandomForestRegressor(max_depth="deep"), [1.0, 2.0], SPENT, "'max_depth'", "-v"),
        (LogisticRegression(), [1.0, 2.0], ["no", "yes"] * (N // 2), "no labels", "labels: "),
    ],
)
def test_what_an_estimator_does_not_take(
    estimator: Any, column: list[Any], outcomes: Any, message: str, hint: str
) -> None:
    """Texts, null, parameters and outcomes are refused in one line, with the next step."""
    shop = pa.array(column * (N // 2))
    rows = INPUTS.append_column("shop", shop).append_column("outcome", pa.array([*outcomes]))
    with pytest.raises(ConfigError, match=message) as caught:
        EstimatorLearner(estimator, schema=inputs(COLUMNS)).fit(rows, params={}, seed=0)
    assert re.search(hint, caught.value.hint)
    assert "\n" not in str(caught.value)


def test_the_hint_of_texts_works() -> None:
    """What it says to put before an estimator takes texts."""
    rows = INPUTS.append_column("shop", pa.array(["a", "b"] * (N // 2)))
    rows = rows.append_column("outcome", pa.array(SPENT))
    with pytest.raises(ConfigError) as caught:
        EstimatorLearner(LinearRegression(), schema=inputs(COLUMNS)).fit(rows, params={}, seed=0)
    text = caught.value.hint.partition(": ")[2].replace("(…)", "()")
    names = (LinearRegression, OneHotEncoder, make_column_transformer, make_pipeline)
    made = eval(text, {each.__name__: each for each in names})  # noqa: S307 - our own hint
    EstimatorLearner(made, schema=inputs(COLUMNS)).fit(rows, params={}, seed=0)


def test_what_no_form_can_hold(tmp_path: Path) -> None:
    """It is fitted and predicts, and the refusal to write it says what stands in the way."""
    rows = INPUTS.append_column("outcome", pa.array(SPENT.tolist()))
    learner = EstimatorLearner(KNeighborsRegressor(), schema=inputs(COLUMNS))
    fitted = learner.fit(rows, params={"n_neighbors": 1}, seed=0)
    assert np.allclose(fitted.predict(INPUTS)[:, 0], SPENT, atol=0.5)
    with pytest.raises(ContractError, match=r"served in no form.*KNeighborsRegressor"):
        fitted.write(tmp_path)


def test_seed_and_parameters() -> None:
    """An equal seed makes an equal model; parameters are the estimator's own, steps' included."""
    rows = INPUTS.append_column("outcome", pa.array(SPENT.tolist()))
    forest = RandomForestRegressor(3)
    learner = EstimatorLearner(make_pipeline(StandardScaler(), forest), schema=inputs(COLUMNS))

    def predicted(seed: int, **params: Any) -> list[float]:
        values: list[float] = learner.fit(rows, params=params, seed=seed).predict(INPUTS)[:, 0]
        return list(values)

    assert predicted(1) == predicted(1) != predicted(2)
    assert len({*predicted(1, randomforestregressor__max_depth=1)}) <= 8 < len({*predicted(1)})
    with pytest.raises(ConfigError, match="estimator Pipeline has no parameter 'max_depth'"):
        predicted(1, max_depth=1)


def test_a_seed_of_its_own_stays() -> None:
    """Where the estimator says its `random_state`, that is the one."""
    rows = INPUTS.append_column("outcome", pa.array(SPENT.tolist()))
    fixed = partial(RandomForestRegressor, 3, random_state=7)
    learner = EstimatorLearner(fixed(), schema=inputs(COLUMNS))
    fits = [learner.fit(rows, params={}, seed=seed).predict(INPUTS) for seed in (1, 2)]
    assert np.array_equal(*fits)


@pytest.mark.parametrize("product", ["outdoor", "diabetes"])
def test_a_line_in_a_package(product: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A product's configuration names it, and gives the schema and the labels it has anyway."""
    install(
        tmp_path,
        "forests",
        "learner-a = forests:classes\nlearner-b = forests:numbers\n",
        "from functools import partial\n"
        "from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor\n"
        "from research.solutions.tabular.estimator import EstimatorLearner\n"
        "classes = partial(EstimatorLearner, RandomForestClassifier(10))\n"
        "numbers = partial(EstimatorLearner, RandomForestRegressor(10))\n",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "forests", raising=False)
    name = "classes" if product == "outdoor" else "numbers"
    config = compose(
        "research",
        [f"product={product}", f"product.solution.learner._target_=forests.{name}"],
    )
    learner = instantiate(config.product.solution.learner, "product.solution.learner")
    columns = config.product.specification.schema.columns
    rows = {each.name: RNG.uniform(0, 100, N) for each in columns}
    labels = config.product.specification.get("labels")
    truth = [*labels][:2] * (N // 2) if labels else RNG.normal(size=N).tolist()
    table = pa.table({**rows, "outcome": pa.array(truth)})
    fitted = learner.fit(table, params={"max_depth": 3}, seed=0)
    assert fitted.predict(table.drop_columns(["outcome"])).shape == (N, 2 if labels else 1)
