"""An estimator's labels, compared with those of the target before its predictions are used."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from sklearn.dummy import DummyClassifier

from contracts.data.predictions import predict
from contracts.errors import DataError
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from tests.suites.target import Target

ROWS = pa.table({"size": [1.0, 2.0, 3.0, 4.0]})
SKIES = Target(product="skies", kind="multiclass", labels=("fair", "murky", "wet"))
LATE = Target(product="toy", kind="binary", labels=("on_time", "late"))


def fitted(outcomes: list[Any], **given: Any) -> Any:
    """Return an estimator fitted to outcomes."""
    return Fitted(DummyClassifier().fit(pd.DataFrame({"size": [1.0] * 4}), outcomes), ROWS, **given)


@pytest.mark.parametrize(
    ("target", "outcomes"),
    [
        (SKIES, ["fair", "fair", "storm", "wet"]),
        (LATE, ["late", "late", "on_time", "on_time"]),
    ],
)
def test_an_estimator_of_other_labels_is_refused_by_their_names(
    target: Target, outcomes: list[str]
) -> None:
    """One is another, or two stand in the estimator's order: all are named."""
    known = ", ".join(sorted({*outcomes}))
    with pytest.raises(DataError, match=f"{', '.join(map(str, target.labels))}, got {known}"):
        predict(fitted(outcomes), ROWS, target)


def test_an_estimator_that_is_given_the_order_passes() -> None:
    """The column of the second label is its probability, whatever the estimator's order."""
    model = fitted(["late", "late", "late", "on_time"], labels=LATE.labels)
    assert predict(model, ROWS, LATE).tolist() == [[0.75]] * 4
    assert predict(fitted([False, True, True, True]), ROWS, LATE).tolist() == [[0.75]] * 4


@pytest.mark.parametrize("labels", [SKIES.labels, ()])
@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["fair", "fair", "fair", "wet"], [0.75, 0.0, 0.25]),
        (["murky", "murky", "murky", "murky"], [0.0, 1.0, 0.0]),
    ],
)
def test_labels_that_an_estimator_was_not_fitted_to_have_the_probability_0(
    labels: tuple[str, ...], outcomes: list[str], expected: list[float], tmp_path: Path
) -> None:
    """Of more than two; in the form that is served as in the estimator itself."""
    model = fitted(outcomes, labels=labels)
    assert predict(model, ROWS, SKIES).tolist() == [expected] * 4
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.labels == model.labels == tuple(sorted({*outcomes}))
    assert predict(served, ROWS, SKIES).tolist() == [expected] * 4
