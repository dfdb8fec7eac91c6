"""What a model predicts, checked against what every model must return."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.predictions import check_answers, placed_one, places, predict
from contracts.errors import DataError

ROWS = pa.table({"size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
NAMES = ("fair", "murky", "wet")
SKIES: Any = SimpleNamespace(product="skies", kind="multiclass", labels=NAMES, k=3)
LATE: Any = SimpleNamespace(product="toy", kind="binary", labels=("on_time", "late"), k=1)
THIRDS = np.full((6, 3), 1 / 3)


def constant(predictions: Any, **attributes: Any) -> Any:
    """Return a model that predicts the same of any rows."""
    return SimpleNamespace(predict=lambda _: predictions, **attributes)


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        (np.ones((6, 2)), r"expected float64 \(6, 3\), got float64 \(6, 2\)"),
        (np.ones((3, 3)), r"expected float64 \(6, 3\), got float64 \(3, 3\)"),
        (np.ones(6), r"expected float64 \(6, 3\), got float64 \(6,\)"),
        (np.ones((6, 3), np.float32), r"expected float64 \(6, 3\), got float32 \(6, 3\)"),
        ([[1.0] * 3] * 6, r"expected float64 \(6, 3\), got list"),
        (np.array([[1.0, np.nan, 0.0]] * 6), "expected finite numbers, got others in 6 of 6 rows"),
    ],
)
def test_predictions_of_another_form_are_refused(predictions: Any, message: str) -> None:
    """The message says what was expected and what came."""
    with pytest.raises(DataError, match=message):
        predict(constant(predictions), ROWS, SKIES)


def test_a_wrong_shape_comes_with_the_next_step() -> None:
    """The hint says what each column is for."""
    with pytest.raises(DataError) as multiclass:
        predict(constant(np.ones((6, 2))), ROWS, SKIES)
    with pytest.raises(DataError) as binary:
        predict(constant(np.ones((6, 2))), ROWS, LATE)
    assert "each of fair, murky, wet" in multiclass.value.hint
    assert "the probability of late" in binary.value.hint


def test_five_rows_without_a_number_are_shown() -> None:
    """With what was predicted and the inputs."""
    with pytest.raises(DataError) as caught:
        predict(constant(np.full((6, 1), np.inf)), ROWS, LATE)
    assert caught.value.details == tuple(f"[inf] for {{'size': {n}.0}}" for n in range(1, 6))


def test_predictions_of_the_expected_form_are_returned_as_they_are() -> None:
    """The very array; a model need not name its labels, nor use the target's words for them."""
    assert predict(constant(THIRDS), ROWS, SKIES) is THIRDS
    assert predict(constant(THIRDS, labels=NAMES), ROWS, SKIES) is THIRDS
    assert predict(constant(THIRDS, labels=(0, 1, 2)), ROWS, SKIES) is THIRDS


@pytest.mark.parametrize(
    ("target", "labels", "hint"),
    [
        (SKIES, ("fair", "storm", "wet"), "to rows of these labels and of no other"),
        (LATE, ("late", "on_time"), "in this order"),
        (LATE, ("on_time",), "to rows of these labels"),
    ],
)
def test_other_labels_are_refused_by_their_names(
    target: Any, labels: tuple[str, ...], hint: str
) -> None:
    """A model whose columns are other labels' is refused before they are scored."""
    message = f"{', '.join(target.labels)}, got {', '.join(labels)}"
    with pytest.raises(DataError, match=message) as caught:
        predict(constant(THIRDS, labels=labels), ROWS, target)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("labels", "predicted", "expected"),
    [
        (("wet", "murky", "fair"), (0.2, 0.3, 0.5), (0.5, 0.3, 0.2)),
        (("fair", "wet"), (0.2, 0.8), (0.2, 0.0, 0.8)),
        (("murky", "fair"), (0.25,), (0.25, 0.75, 0.0)),
        (("wet",), (1.0,), (0.0, 0.0, 1.0)),
    ],
)
def test_columns_go_where_the_target_has_their_labels(
    labels: tuple[str, ...], predicted: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    """A label that a model was fitted to no row of gets 0; two may be the second's probability."""
    model = constant(np.array([predicted] * 6), labels=labels)
    assert predict(model, ROWS, SKIES).tolist() == [[*expected]] * 6
    assert check_answers([predicted] * 6, ROWS, SKIES, model=model).tolist() == [[*expected]] * 6
    assert placed_one(predicted, places(model, SKIES), SKIES) == expected


def test_a_model_is_not_asked_for_the_predictions_of_no_rows() -> None:
    """They have the target's columns, whatever the model would do."""
    assert predict(constant(None), ROWS[:0], SKIES).shape == (0, 3)
    assert predict(constant(None), ROWS[:0], LATE).shape == (0, 1)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.5, "a tuple of numbers for a record, got 0.5"),
        ("0.5", "a tuple of numbers for a record, got '0.5'"),
        (("0.5",), r"a tuple of numbers for a record, got \('0.5',\)"),
        (np.array([[0.5]]), "a tuple of numbers for a record"),
        ((0.5, 0.5), "1 figures for a record, got 2"),
        ((np.nan,), "expected finite numbers, got others in 6 of 6 rows"),
    ],
)
def test_answers_to_records_are_checked_one_by_one(answer: Any, message: str) -> None:
    """Each is k finite numbers in a row."""
    with pytest.raises(DataError, match=message):
        check_answers([answer] * 6, ROWS, LATE)


@pytest.mark.parametrize("sequence", [tuple, list, np.array])
def test_an_answer_may_be_any_sequence_of_numbers(sequence: Any) -> None:
    """A tuple, a list or an array of one dimension."""
    assert check_answers([sequence([0.5])] * 6, ROWS, LATE).tolist() == [[0.5]] * 6
