from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.linear_model import LogisticRegression

from contracts.errors import ContractError
from research.export import forms
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.export.fitted import Fitted, export
from tests.suites.learner import largest_difference, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

LABELS = ("low", "mid", "high")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("logistic", "binary"),
        ("boosted", "binary"),
        ("logistic", "multiclass"),
        ("boosted", "multiclass"),
        ("linear", "regression"),
        ("boosted values", "regression"),
        ("categories", "binary"),
        ("categories", "multiclass"),
    ],
)
def test_onnx(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str, kind: str
) -> None:
    """What ONNX can express is served as its graph, with the estimator's predictions."""
    model = Fitted(fit(name, kind), rows, labels=LABELS if kind == "multiclass" else ())
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    expected = model.predict(rows)
    assert (served.form, expected.shape) == (
        "onnx",
        (rows.num_rows, 3 if kind == "multiclass" else 1),
    )
    assert largest_difference(served.predict(rows), expected) <= 1e-6 * max(1, expected.std())


def test_what_onnx_lacks(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """What ONNX cannot express is served as scikit-learn's own state, and the form says why."""
    model = Fitted(fit("single"), rows)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "skops"
    assert "LogisticRegression computes in single precision; as skops" in served.why
    assert np.array_equal(served.predict(rows), model.predict(rows))


def test_the_form_records_what_it_was_tried_on(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path
) -> None:
    """The file and the reason say how many rows of which kinds, and the largest difference."""
    form = export(fit("boosted"), rows, tmp_path)
    assert form.tried["of the training data"] == rows.num_rows
    assert {"numbers beside a tree's thresholds", "texts of other scripts"} < {*form.tried}
    assert min(form.tried.values()) > 0
    assert form.difference is not None
    assert form.difference < 1e-6
    for kind, count in form.tried.items():
        assert f"{count:,} {kind}" in form.why
    assert forms.read(tmp_path)[0] == form


def test_a_forest_takes_nulls_as_it_learned_to(tmp_path: Path) -> None:
    """Few rows have nulls, and go where the trees learned that they go."""
    n, few = 20_000, [11, 12, 13]
    draw = np.random.default_rng(0).normal(size=(n, 2))
    rows = pa.table({"x": pa.array(draw[:, 0], mask=np.isin(np.arange(n), few)), "z": draw[:, 1]})
    outcome = draw.sum(axis=1) > 0
    outcome[few] = True
    forest = RandomForestClassifier(3, min_samples_leaf=5, random_state=0)
    model = Fitted(forest.fit(pd.DataFrame(arrays(rows)), outcome), rows)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "onnx"
    nulls = rows.set_column(0, "x", pa.nulls(n, pa.float64()))
    assert largest_difference(served.predict(nulls), model.predict(nulls)) <= 1e-6


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_no_converter(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, kind: str) -> None:
    """What ONNX cannot express is served as scikit-learn's own state, in batches and singly."""
    model = Fitted(fit("kernel", kind), rows, labels=LABELS if kind == "multiclass" else ())
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "skops"
    assert "ONNX cannot express it exactly: RBFSampler is not known to be exact" in served.why
    assert np.array_equal(served.predict(rows), model.predict(rows))
    singles = np.array([served.one(each) for each in records(rows[:20])])
    assert largest_difference(singles, model.predict(rows[:20])) <= 1e-12
    assert served.predict(rows[:0]).shape == (0, 1 if kind == "binary" else 3)


def test_neither(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A solution's own function fits neither form; the error gives both reasons and a way out."""
    with pytest.raises(ContractError, match=r"in no form\. ONNX: .* skops: .*doubled") as caught:
        export(fit("function"), rows, tmp_path)
    assert "allowed" in caught.value.hint
    assert not [*tmp_path.iterdir()]


def test_the_order_of_labels(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """Predictions come in the contract's order, whatever the estimator's order."""
    estimator = fit("boosted", "multiclass")
    model = Fitted(estimator, rows, labels=LABELS)
    model.write(tmp_path)
    own = Fitted(estimator, rows).predict(rows)
    order = [[*estimator.classes_].index(label) for label in LABELS]
    assert np.array_equal(model.predict(rows), own[:, order])
    assert largest_difference(ExportedModel.read(tmp_path).predict(rows), own[:, order]) <= 1e-6


def test_other_labels(fit: Callable[..., Any], rows: pa.Table) -> None:
    """An estimator of other classes than the contract's labels is refused, naming both."""
    with pytest.raises(ContractError, match=r"'tiny'.*'low'"):
        Fitted(fit("boosted", "multiclass"), rows, labels=("tiny", "mid", "high"))


def test_a_matrix_of_numbers(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """An estimator that takes a matrix is served by columns as well."""
    numbers = rows.drop_columns(["place"])
    model = Fitted(fit("numbers"), numbers)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "onnx"
    assert largest_difference(served.predict(numbers), model.predict(numbers)) <= 1e-6


def test_the_estimator_is_not_changed(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path
) -> None:
    """Exporting leaves the fitted estimator as it was."""
    estimator = fit("boosted")
    thresholds = [tree.nodes.copy() for (tree,) in estimator[-1]._predictors]
    export(estimator, rows, tmp_path)
    after = [tree.nodes for (tree,) in estimator[-1]._predictors]
    assert all(map(np.array_equal, thresholds, after))


@pytest.mark.parametrize("method", ["isotonic", "sigmoid"])
def test_calibrated_and_stacked_estimators_have_a_form(
    rows: pa.Table, tmp_path: Path, method: str
) -> None:
    """ONNX cannot express them exactly; skops gives them back as they are."""
    numbers = rows.select(["age"])
    trees = HistGradientBoostingClassifier(max_iter=5, random_state=0)
    members = [("trees", trees), ("line", LogisticRegression())]
    stacked = StackingClassifier(members, LogisticRegression(), cv=3)
    estimator = CalibratedClassifierCV(stacked, method=method, cv=2)
    outcome = numbers["age"].to_numpy() % 30 > 10
    model = Fitted(estimator.fit(pd.DataFrame(arrays(numbers)), outcome), numbers)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "skops"
    assert largest_difference(served.predict(numbers), model.predict(numbers)) < 1e-12
