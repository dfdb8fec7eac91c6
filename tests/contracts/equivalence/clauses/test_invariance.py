from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.equivalence.clauses.invariance import WAYS, Invariance

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("binary", "multiclass", "regression")


@pytest.fixture
def judged(looking: Callable[..., Any]) -> Callable[..., Any]:
    """Judges a learner by the clause alone."""

    def judge(learner: Any, kind: str = "binary", **tolerance: Any) -> Any:
        with looking(learner, kind, pair="recorded", reference=None) as case:
            return Invariance(**tolerance)(case)

    return judge


def broken(verdict: Any, *, absolute: float = 1e-6) -> set[str]:
    """Return the ways whose predictions differ."""
    ways = verdict.evidence["ways"]
    return {way for way, largest in ways.items() if largest is None or largest > absolute}


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_rows_is_asked_in_every_way(
    judged: Callable[..., Any], toy: Any, kind: str
) -> None:
    """A prediction that depends on its row alone is the same to the bit in each way."""
    verdict = judged(toy.Learner(kind), kind, absolute=0.0)
    assert (verdict.status, verdict.observed) == ("equivalent", 0)
    assert verdict.evidence["ways"].keys() == WAYS.keys()
    assert "the same to the bit" in verdict.message


def centred(predictions: Any, _rows: Any) -> Any:
    """Move a batch to its own mean: what a scaler fitted on the batch does."""
    return predictions - (predictions.mean(axis=0) if len(predictions) else 0) + 0.5


def ranked(predictions: Any, _rows: Any) -> Any:
    """Predict by the place in the batch."""
    return predictions + np.arange(len(predictions))[:, None] * 1e-4


def bufferwise(predictions: Any, rows: Any) -> Any:
    """Read a column's buffer from its start, whatever its offset."""
    array = rows["size"].chunk(0) if rows["size"].num_chunks == 1 else None
    if array is None or not array.offset:
        return predictions
    start = pa.Array.from_buffers(array.type, len(array), array.buffers())
    return predictions + start.fill_null(0.0).to_numpy()[:, None]


def first_chunk(predictions: Any, rows: Any) -> Any:
    """See no further than a column's first chunk."""
    many = len([chunk for chunk in rows["size"].chunks if len(chunk)]) > 1
    return predictions + 0.1 if many else predictions


def distinct(predictions: Any, rows: Any) -> Any:
    """Predict by how often a row is in the batch."""
    twice = rows.num_rows > len({tuple(row.values()) for row in rows.to_pylist()}) * 2
    return predictions + 0.1 if twice else predictions


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "ways"),
    [
        (centred, {"in batches of 1", "in uneven batches", "one by one"}),
        (ranked, {"in another order", "in batches of 7", "without the others"}),
        (bufferwise, {"as a slice"}),
        (first_chunk, {"in chunks"}),
        (distinct, {"beside copies"}),
    ],
)
def test_each_way_catches_its_fault(
    judged: Callable[..., Any],
    answering: Callable[..., Any],
    kind: str,
    fault: Callable[..., Any],
    ways: set[str],
) -> None:
    """What depends on the batch, the order or the memory is found by the way that changes it."""
    verdict = judged(answering(fault, kind), kind, rows=50)
    assert verdict.status == "different"
    assert ways <= broken(verdict)
    assert len(ways) > 1 or broken(verdict) == ways
    assert verdict.evidence["way"] in verdict.message


def test_state_kept_between_calls_is_caught(
    judged: Callable[..., Any], altered: Callable[..., Any], toy: Any
) -> None:
    """A model that remembers earlier calls predicts differently the second time."""

    def predict(model: Any, rows: Any) -> Any:
        model.calls = getattr(model, "calls", -1) + 1
        return toy.Cells.predict(model, rows) + 0.001 * model.calls

    verdict = judged(altered(predict=predict))
    assert {"asked again", "after other rows"} <= broken(verdict)


def test_a_record_that_changes_the_next_is_caught(
    judged: Callable[..., Any], altered: Callable[..., Any], toy: Any
) -> None:
    """State left by one record shows if the next is another one."""

    def one(model: Any, record: Any) -> Any:
        earlier, model.earlier = getattr(model, "earlier", record), record
        rows = [{"colour": earlier.colour, "size": record.size}]
        return tuple(toy.Cells.predict(model, pa.Table.from_pylist(rows, _schema()))[0].tolist())

    verdict = judged(altered(one=one))
    assert {"one by one", "one by one backwards"} == broken(verdict)


def test_no_rows_have_no_predictions(
    judged: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """No model is asked for them: one that fails on an empty table predicts every row the same."""

    def change(predictions: Any, rows: Any) -> Any:
        return predictions if rows.num_rows else 1 // rows.num_rows

    assert judged(answering(change)).status == "equivalent"


@pytest.mark.parametrize(("absolute", "status"), [(1e-6, "equivalent"), (1e-9, "different")])
def test_rounding_is_within_the_default(
    judged: Callable[..., Any],
    altered: Callable[..., Any],
    toy: Any,
    absolute: float,
    status: str,
) -> None:
    """A row in float32 differs from a batch in float64 by rounding alone, and the way is named."""

    def one(model: Any, record: Any) -> Any:
        rows = [{"colour": record.colour, "size": record.size}]
        exact = toy.Cells.predict(model, pa.Table.from_pylist(rows, _schema()))
        return tuple(exact.astype(np.float32)[0].tolist())

    verdict = judged(altered(one=one), absolute=absolute)
    assert verdict.status == status
    assert "one by one" in verdict.message
    assert 0 < verdict.observed < 1e-7


def test_evidence_shows_both_answers_of_the_worst_rows(
    judged: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """The rows whose predictions differ are shown, by how much, with ids and inputs."""
    verdict = judged(answering(ranked))
    evidence = msgspec.json.decode(msgspec.json.encode(verdict.evidence))
    row = evidence["worst"][0]
    gap = abs(row["in_one_batch"][0] - row["asked_so"][0])
    assert gap == pytest.approx(verdict.observed)
    assert row.keys() >= {"id", "row", "inputs"}


def _schema() -> pa.Schema:
    return pa.schema({"colour": pa.string(), "size": pa.float64()})
