from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.ensemble import RandomForestClassifier

from contracts.errors import ContractError
from research.export.export import export
from research.export.fitted import Fitted
from research.export.served import Served
from research.export.values import values
from tests.suites.learner import apart, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    ],
)
def test_onnx(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str, kind: str
) -> None:
    """What ONNX expresses is served as its graph, with the estimator's answers."""
    model = Fitted(fit(name, kind), rows, labels=LABELS if kind == "multiclass" else ())
    model.write(tmp_path)
    served = Served.read(tmp_path)
    expected = model.predict(rows)
    assert (served.form, expected.shape) == (
        "onnx",
        (rows.num_rows, 3 if kind == "multiclass" else 1),
    )
    assert apart(served.predict(rows), expected) <= 1e-6 * max(1, expected.std())


@pytest.mark.parametrize("name", ["categories", "forest"])
def test_another_model(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """A graph that converts without a word and answers differently is not served: it is said."""
    model = Fitted(fit(name), rows)
    model.write(tmp_path)
    served = Served.read(tmp_path)
    assert served.form == "skops"
    assert "its ONNX form is another model: of" in served.why
    assert np.array_equal(served.predict(rows), model.predict(rows))


def test_another_model_of_what_few_rows_lack(tmp_path: Path) -> None:
    """A forest is no graph's where a column may lack, though rows that lack it are few."""
    n, few = 20_000, [11, 12, 13]
    draw = np.random.default_rng(0).normal(size=(n, 2))
    rows = pa.table({"x": pa.array(draw[:, 0], mask=np.isin(np.arange(n), few)), "z": draw[:, 1]})
    outcome = draw.sum(axis=1) > 0
    outcome[few] = True
    forest = RandomForestClassifier(3, min_samples_leaf=5, random_state=0)
    model = Fitted(forest.fit(pd.DataFrame(values(rows)), outcome), rows)
    model.write(tmp_path)
    served = Served.read(tmp_path)
    assert served.form == "skops"
    lacking = rows.set_column(0, "x", pa.nulls(n, pa.float64()))
    assert np.array_equal(served.predict(lacking), model.predict(lacking))


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_no_converter(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, kind: str) -> None:
    """What ONNX has no word for is served as scikit-learn's own, in a batch and one by one."""
    model = Fitted(fit("kernel", kind), rows, labels=LABELS if kind == "multiclass" else ())
    model.write(tmp_path)
    served = Served.read(tmp_path)
    assert served.form == "skops"
    assert served.why.startswith("ONNX cannot express it: MissingShapeCalculator")
    assert np.array_equal(served.predict(rows), model.predict(rows))
    singles = np.array([served.one(each) for each in records(rows[:20])])
    assert apart(singles, model.predict(rows[:20])) <= 1e-12
    assert served.predict(rows[:0]).shape == (0, 1 if kind == "binary" else 3)


def test_neither(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A function of a solution's own is in no form, and both reasons and a way out are given."""
    with pytest.raises(ContractError, match=r"in no form\. ONNX: .* skops: .*doubled") as caught:
        export(fit("function"), rows, tmp_path)
    assert "allowed" in caught.value.hint
    assert not [*tmp_path.iterdir()]


def test_the_order_of_labels(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """Predictions stand in the contract's order, whatever order the estimator keeps."""
    estimator = fit("boosted", "multiclass")
    model = Fitted(estimator, rows, labels=LABELS)
    model.write(tmp_path)
    own = Fitted(estimator, rows).predict(rows)
    order = [[*estimator.classes_].index(label) for label in LABELS]
    assert np.array_equal(model.predict(rows), own[:, order])
    assert apart(Served.read(tmp_path).predict(rows), own[:, order]) <= 1e-6


def test_other_labels(fit: Callable[..., Any], rows: pa.Table) -> None:
    """An estimator of other classes than the contract's labels is refused, both named."""
    with pytest.raises(ContractError, match=r"'tiny'.*'low'"):
        Fitted(fit("boosted", "multiclass"), rows, labels=("tiny", "mid", "high"))


def test_a_matrix_of_numbers(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """An estimator that takes a matrix is served by columns all the same."""
    numbers = rows.drop_columns(["place"])
    model = Fitted(fit("numbers"), numbers)
    model.write(tmp_path)
    served = Served.read(tmp_path)
    assert served.form == "onnx"
    assert apart(served.predict(numbers), model.predict(numbers)) <= 1e-6


def test_the_estimator_stays(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """Exporting changes nothing of what was fitted."""
    estimator = fit("boosted")
    thresholds = [tree.nodes.copy() for (tree,) in estimator[-1]._predictors]
    export(estimator, rows, tmp_path)
    after = [tree.nodes for (tree,) in estimator[-1]._predictors]
    assert all(map(np.array_equal, thresholds, after))
