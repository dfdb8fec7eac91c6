"""What a solution predicts, held to the target."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.dummy import DummyClassifier

from contracts.errors import DataError
from research.export.fitted import Fitted
from research.learn.predicted import predicted
from research.target import Target

ROWS = pa.table({"size": [1.0, 2.0, 3.0, 4.0]})
SKIES = Target(product="skies", kind="multiclass", labels=("fair", "murky", "wet"))
LATE = Target(product="toy", kind="binary", labels=("on_time", "late"))


def saying(made: Any, **more: Any) -> Any:
    """Return a model that predicts the same of any rows."""
    return SimpleNamespace(predict=lambda _: made, **more)


def fitted(outcomes: list[Any], **given: Any) -> Fitted:
    """Return an estimator fitted to outcomes."""
    return Fitted(DummyClassifier().fit(pd.DataFrame({"size": [1.0] * 4}), outcomes), ROWS, **given)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (np.ones((4, 2)), r"expected float64 \(4, 3\), got float64 \(4, 2\)"),
        (np.ones((3, 3)), r"expected float64 \(4, 3\), got float64 \(3, 3\)"),
        (np.ones(4), r"expected float64 \(4, 3\), got float64 \(4,\)"),
        (np.ones((4, 3), np.float32), r"expected float64 \(4, 3\), got float32 \(4, 3\)"),
        ([[1.0] * 3] * 4, r"expected float64 \(4, 3\), got list"),
        (np.array([[1.0, np.nan, 0.0]] * 4), "expected finite numbers, got others in 4 of 4 rows"),
    ],
)
def test_other_arrays_than_the_target_asks_for_are_refused(made: Any, said: str) -> None:
    """Expected and found are told, as a proof tells them."""
    with pytest.raises(DataError, match=said):
        predicted(saying(made), ROWS, SKIES)


def test_predictions_as_the_target_asks_for_come_through() -> None:
    """The very array; a model need not say its labels."""
    made = np.full((4, 3), 1 / 3)
    assert predicted(saying(made), ROWS, SKIES) is made
    assert predicted(saying(made, labels=SKIES.labels), ROWS, SKIES) is made
    assert predicted(saying(made, labels=(0, 1, 2)), ROWS, SKIES) is made


@pytest.mark.parametrize(
    ("target", "outcomes"),
    [
        (SKIES, ["fair", "fair", "wet", "wet"]),
        (SKIES, ["fair", "fair", "storm", "wet"]),
        (LATE, ["late", "late", "on_time", "on_time"]),
    ],
)
def test_an_estimator_of_other_labels_is_refused_by_their_names(
    target: Target, outcomes: list[str]
) -> None:
    """One label lacks, one is another, or they stand in the estimator's order: all are named."""
    known = ", ".join(sorted({*outcomes}))
    with pytest.raises(DataError, match=f"{', '.join(map(str, target.labels))}, got {known}"):
        predicted(fitted(outcomes), ROWS, target)


def test_an_estimator_that_is_given_the_order_passes() -> None:
    """The column of the second label is its probability, whatever the estimator's order."""
    model = fitted(["late", "late", "late", "on_time"], labels=LATE.labels)
    assert predicted(model, ROWS, LATE).tolist() == [[0.75]] * 4
    assert predicted(fitted([False, True, True, True]), ROWS, LATE).tolist() == [[0.75]] * 4
