"""What is served is the fitted model on all rows, not only on rows like those it was fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from research.export import operators, steps
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from tests.suites.learner import largest_difference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from research.export.graph import Graph, Matrix

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

N = 3_000
SPREAD = np.array([1.0, 1e2, 1e4, 1e-3])


@pytest.fixture
def draw() -> np.random.Generator:
    """The source of all rows."""
    return np.random.default_rng(0)


def served(estimator: Any, rows: pa.Table, outcome: Any, folder: Path) -> tuple[Any, Any]:
    """Return an estimator fitted to rows, as a model and as its served form."""
    model = Fitted(estimator.fit(pd.DataFrame(arrays(rows)), outcome), rows)
    model.write(folder)
    return model, ExportedModel.read(folder)


def numbers(draw: np.random.Generator, n: int = N) -> pa.Table:
    """Return n rows of four columns of very different spread."""
    values = draw.normal(size=(n, 4)) * SPREAD
    return pa.table({f"c{at}": values[:, at] for at in range(4)})


@pytest.mark.parametrize("encoder", [OneHotEncoder, OrdinalEncoder])
def test_a_number_between_categories_is_none_of_them(
    encoder: Any, draw: np.random.Generator, tmp_path: Path
) -> None:
    """Asked 2.5, a model of the categories 1, 2, 3, 5 and 8 takes it for none: not for 2."""
    options = {"handle_unknown": "ignore"}
    if encoder is OrdinalEncoder:
        options = {"handle_unknown": "use_encoded_value", "unknown_value": -1}
    values = draw.choice([1.0, 2.0, 3.0, 5.0, 8.0], N)
    estimator = make_pipeline(encoder(**options), LogisticRegression())
    model, form = served(estimator, pa.table({"x": values}), values == 2, tmp_path)
    asked = pa.table({"x": [2.0, 2.5, 2.0 + 1e-9]})
    assert largest_difference(form.predict(asked), model.predict(asked)) < 1e-12
    assert abs(form.predict(asked)[0] - form.predict(asked)[1]) > 0.1
    assert form.form == "onnx"


@pytest.mark.parametrize(
    "trees",
    [
        GradientBoostingClassifier(n_estimators=30, random_state=0),
        HistGradientBoostingClassifier(max_iter=30, random_state=0),
        RandomForestClassifier(10, max_depth=8, random_state=0),
    ],
    ids=lambda trees: type(trees).__name__,
)
def test_scaled_numbers_take_the_same_branches(
    trees: Any, draw: np.random.Generator, tmp_path: Path
) -> None:
    """Behind a scaler, of 200,000 fresh rows none gets another prediction from the graph."""
    rows = numbers(draw)
    outcome = sum(rows[f"c{at}"].to_numpy() / SPREAD[at] for at in range(4)) > 0
    model, form = served(make_pipeline(StandardScaler(), trees), rows, outcome, tmp_path)
    assert form.form == "onnx"
    fresh = numbers(draw, 200_000)
    assert largest_difference(form.predict(fresh), model.predict(fresh)) < 1e-6


CATEGORICAL: dict[str, Any] = {"max_iter": 30, "random_state": 0, "categorical_features": ["c"]}


@pytest.mark.parametrize("categories", [3, 40, 250])
@pytest.mark.parametrize("texts", [True, False], ids=["texts", "numbers"])
@pytest.mark.parametrize(
    ("trees", "kind"),
    [
        (HistGradientBoostingClassifier(class_weight="balanced", **CATEGORICAL), "binary"),
        (HistGradientBoostingClassifier(early_stopping=True, **CATEGORICAL), "multiclass"),
        (HistGradientBoostingRegressor(monotonic_cst={"x": 1}, **CATEGORICAL), "regression"),
    ],
    ids=["binary", "multiclass", "regression"],
)
def test_sets_of_categories_take_the_same_branches(
    trees: Any,
    kind: str,
    categories: int,
    draw: np.random.Generator,
    tmp_path: Path,
    *,
    texts: bool,
) -> None:
    """Every category, an unknown one and a missing one go where the fitted trees send them."""
    number, x = draw.integers(0, categories, N), draw.normal(size=N)
    score = x + np.sin(7.0 * number) + draw.normal(size=N) / 4

    def column(codes: Any) -> pa.Array:
        missing = draw.random(len(codes)) < 0.05
        return pa.array([f"t{each}" for each in codes] if texts else codes / 4, mask=missing)

    outcome = {
        "binary": score > 0,
        "multiclass": np.digitize(score, [-0.5, 0.5]),
        "regression": 1e6 * score,
    }[kind]
    rows = pa.table({"x": x, "c": column(number)})
    model, form = served(trees, rows, outcome, tmp_path)
    assert form.form == "onnx"
    fresh = pa.table(
        {"x": draw.normal(size=20_000), "c": column(draw.integers(-3, categories + 3, 20_000))}
    )
    expected = model.predict(fresh)
    unit = expected.std() if kind == "regression" else 1
    assert largest_difference(form.predict(fresh), expected) < 1e-6 * unit


@pytest.mark.filterwarnings("ignore:Found unknown categories")
@pytest.mark.parametrize("drop", [None, "first", "if_binary"])
@pytest.mark.parametrize("unknown", ["ignore", "infrequent_if_exist"])
def test_grouped_and_dropped_categories(
    drop: str | None, unknown: str, draw: np.random.Generator, tmp_path: Path
) -> None:
    """Rare categories share a column, also with unknown ones if the encoder says so."""
    place = draw.choice([*"abcdef"], N, p=[0.5, 0.3, 0.1, 0.08, 0.01, 0.01])
    step = draw.choice([1.5, 2.5, -0.0], N, p=[0.6, 0.395, 0.005])
    encoder = OneHotEncoder(handle_unknown=unknown, min_frequency=60, drop=drop)
    rows = pa.table({"place": place, "step": step})
    outcome = np.isin(place, ["a", "e"]) ^ (step > 2)
    model, form = served(make_pipeline(encoder, LogisticRegression()), rows, outcome, tmp_path)
    assert form.form == "onnx"
    asked = pa.table({"place": [*"abcdefg"] * 5, "step": np.repeat([1.5, 2.5, 0.0, 2.0, 9e9], 7)})
    assert largest_difference(form.predict(asked), model.predict(asked)) < 1e-12


@pytest.mark.parametrize(
    ("step", "start"),
    [
        (OneHotEncoder(handle_unknown="ignore"), 2**24),
        (OneHotEncoder(handle_unknown="ignore"), 2**53),
        (StandardScaler(), 2**24),
        (StandardScaler(), 1_700_000_000),
    ],
)
def test_large_whole_numbers_stay_apart(
    step: Any, start: int, draw: np.random.Generator, tmp_path: Path
) -> None:
    """Neighbours past 2**24 are two numbers to the solution, and to what is served of it."""
    values = start + draw.integers(0, 2, N)
    outcome = draw.random(N) < np.where(values == start, 0.05, 0.95)
    estimator = make_pipeline(step, LogisticRegression())
    model, form = served(estimator, pa.table({"k": values}), outcome, tmp_path)
    asked = pa.table({"k": [start, start + 1]})
    low, high = form.predict(asked)[:, 0]
    assert low < 0.1
    assert high > 0.9
    assert largest_difference(form.predict(asked), model.predict(asked)) < 1e-9


def test_a_category_that_no_float64_holds(draw: np.random.Generator, tmp_path: Path) -> None:
    """Whole numbers past 2**53 are categories of their own, in batches and one by one."""
    values = 2**53 + draw.integers(0, 2, N)
    outcome = draw.random(N) < np.where(values == 2**53, 0.05, 0.95)
    estimator = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
    _, form = served(estimator, pa.table({"k": values}), outcome, tmp_path)
    assert "encodes whole numbers of 2**53 or more" in form.why
    batch = form.predict(pa.table({"k": [2**53, 2**53 + 1]}))[:, 0]
    assert batch[0] < 0.1
    assert batch[1] > 0.9
    record = msgspec.defstruct("Record", [("k", int)])
    assert [form.one(record(2**53 + at))[0] for at in (0, 1)] == pytest.approx(batch, abs=1e-12)


def reciprocal(graph: Graph, estimator: Any, columns: Any) -> list[Matrix]:
    """Scale by multiplication, as many runtimes do: the last bit may differ."""
    matrix = graph.arithmetic("Sub", graph.joined(columns), estimator.mean_)
    return [graph.arithmetic("Mul", matrix, 1 / estimator.scale_)]


def in_single(graph: Graph, estimator: Any, columns: Any) -> list[Matrix]:
    """Scale in double, then round to float32."""
    (matrix,) = steps.scaler(graph, estimator, columns)
    return [graph.cast(graph.cast(matrix, "single"), "float")]


def without_nulls(graph: Graph, estimator: Any, columns: Any) -> list[Matrix]:
    """Scale, then put a zero where a number is missing."""
    (matrix,) = steps.scaler(graph, estimator, columns)
    missing = graph.node("IsNaN", [matrix.name])
    filled = graph.node("Where", [missing, graph.constant(np.zeros(1)), matrix.name])
    return [type(matrix)(filled, matrix.width)]


@pytest.mark.parametrize("fault", [reciprocal, in_single, without_nulls])
def test_a_faulty_operator_is_caught_by_what_is_tried(
    fault: Callable[..., Any],
    draw: np.random.Generator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If the table were wrong about a scaler, the graph would still not be served."""
    monkeypatch.setitem(operators.OPERATORS, StandardScaler, fault)
    rows = numbers(draw)
    outcome = sum(rows[f"c{at}"].to_numpy() / SPREAD[at] for at in range(4)) > 0
    trees = HistGradientBoostingClassifier(max_iter=30, random_state=0)
    _, form = served(make_pipeline(StandardScaler(), trees), rows, outcome, tmp_path)
    assert form.form == "skops"
    assert "its ONNX form is another model: of" in form.why


@pytest.mark.parametrize("name", ["boosted", "logistic", "linear", "kernel"])
def test_no_rows(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """No rows get no predictions, of the shape (0, k), from every form."""
    model = Fitted(fit(name), rows)
    model.write(tmp_path)
    form = ExportedModel.read(tmp_path)
    assert form.predict(rows[:0]).shape == model.predict(rows[:0]).shape == (0, 1)
