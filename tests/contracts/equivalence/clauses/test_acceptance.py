from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from contracts.equivalence.case import Case
from contracts.equivalence.clauses import acceptance
from contracts.equivalence.clauses.acceptance import Acceptance, rows_to_offer
from contracts.equivalence.probes import refusal
from contracts.errors import DataError
from contracts.schema.edges import wire
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from collections.abc import Callable

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

KINDS = ("binary", "multiclass", "regression")
PAIRS = ("recorded", "same_data")
#: Why the schema refuses rows, which is the same whatever a model answers.
REASONS: dict[str, list[str]] = {}


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks the schema once about the same rows: it takes a second or two."""
    ask = acceptance.refused_by_schema

    def remember(case: Any, rows: Any, **given: Any) -> list[str]:
        name = repr((case.contract.input_columns, rows))
        if name not in REASONS:
            REASONS[name] = ask(case, rows, **given)
        return REASONS[name]

    monkeypatch.setattr(acceptance, "refused_by_schema", remember)


def refusing(colour: str) -> Callable[..., Any]:
    """Return a change that raises on a colour, as an encoder does that never saw it."""

    def change(predictions: Any, rows: Any) -> Any:
        known = {each: 0 for each in ("red", "green", "blue") if each != colour}
        for each in rows["colour"].to_pylist():
            known[each]
        return predictions

    return change


def unbounded(predictions: Any, rows: Any) -> Any:
    """Predict NaN for the largest size."""
    largest = rows["size"].fill_null(0).to_numpy() == 1.0
    return np.where(largest[:, None], np.nan, predictions)


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_model_that_answers_what_the_contract_accepts_is_equivalent(
    looking: Callable[..., Any], toy: Any, kind: str, pair: str
) -> None:
    """At every edge, accepted rows are predicted and refused ones do not reach the model."""
    with looking(toy.Learner(kind), kind, pair=pair) as case:
        verdict = Acceptance(rows=30)(case)
    evidence = verdict.evidence
    assert (verdict.status, verdict.observed) == ("equivalent", 0)
    assert 90 < evidence["accepted_by_schema"] < evidence["tried"]
    assert evidence["framework"] == 0


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_category_that_raises_is_named(
    looking: Callable[..., Any], answering: Callable[..., Any], kind: str, pair: str
) -> None:
    """A KeyError on a category is common; the message has the row, the side and the error."""
    with looking(answering(refusing("green"), kind), kind, pair=pair) as case:
        verdict = Acceptance(rows=1)(case)
    assert verdict.status == "different"
    assert "the candidate fails to predict: KeyError: 'green'" in verdict.message
    rows = [json.loads(row["row"]) for row in verdict.evidence["examples"]]
    assert {row["colour"] for row in rows} == {"green"}
    assert verdict.evidence["disputed"] == verdict.evidence["refused_by_candidate"] >= len(rows)


@pytest.mark.usefixtures("remembered")
def test_a_difference_at_an_edge_alone_is_caught(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """A value that no real row has is offered too: the largest size that the schema accepts."""
    with looking(answering(unbounded), pair="recorded") as case:
        assert not any(size == 1.0 for size in case.sample.rows["size"].to_pylist())
        verdict = Acceptance()(case)
    assert verdict.status == "different"
    assert "size: boundary 1" in verdict.evidence["examples"][0]["what"]
    assert "expected finite numbers" in verdict.message


@pytest.mark.usefixtures("remembered")
def test_rows_that_both_sides_refuse_break_the_contract_alone(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Rows that the reference refuses as well are no difference, but the contract accepts them."""
    sides = {"reference": answering(unbounded)}
    with looking(answering(unbounded), **sides) as case:
        assert Acceptance()(case).status == "equivalent"
        assert Acceptance()(Case(case.sides, "recorded")).status == "different"


@pytest.mark.usefixtures("remembered")
def test_a_reference_that_refuses_alone_is_named(
    looking: Callable[..., Any], answering: Callable[..., Any], toy: Any
) -> None:
    """The reference may be the side at fault."""
    with looking(toy.Learner(), reference=answering(unbounded)) as case:
        verdict = Acceptance()(case)
    assert verdict.status == "different"
    assert "the reference breaks the protocol" in verdict.message


@pytest.mark.usefixtures("remembered")
def test_refusing_in_a_batch_what_is_accepted_alone_is_caught(
    looking: Callable[..., Any], altered: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """A model has to predict a row in a batch and alone."""
    broken = answering(refusing("blue")).model.predict

    def one(model: Any, _record: Any) -> Any:
        return (float(model.means[0, 0]),)

    with looking(altered(one=one, predict=broken), pair="recorded") as case:
        verdict = Acceptance(rows=1)(case)
    assert "in a batch, the candidate fails to predict: KeyError" in verdict.message


@pytest.mark.parametrize("accepts", ["nothing more", "whatever is said"])
def test_a_schema_and_a_record_type_that_disagree_are_named(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch, accepts: str
) -> None:
    """The framework's own fault is named as one, on either side."""
    faithful = RecordDecoder.decode

    def decode(predictions: RecordDecoder, data: bytes) -> Any:
        row = json.loads(data)
        if accepts == "nothing more" and row.get("size") == 1.0:
            raise DataError("not a record of the contract")
        if accepts == "whatever is said" and row.get("colour") == "no such category":
            data = wire({**row, "colour": "red"})
        return faithful(predictions, data)

    monkeypatch.setattr(RecordDecoder, "decode", decode)
    with looking(toy.Learner(), pair="recorded") as case:
        verdict = Acceptance(rows=1)(case)
    assert (verdict.status, verdict.evidence["framework"] > 0) == ("different", True)
    text = "refuses what the schema accepts" if accepts == "nothing more" else "accepts what the"
    assert f"the record type {text}" in verdict.message


def test_accepted_rows_share_a_frame(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only refused rows are validated in a frame each."""
    sizes = []
    validator = refusal.validator

    def counted(columns: Any, **given: Any) -> Any:
        validate = validator(columns, **given)

        def count(rows: Any) -> Any:
            sizes.append(len(rows))
            return validate(rows)

        return count

    with looking(toy.Learner(), pair="recorded") as case:
        monkeypatch.setattr(refusal, "validator", counted)
        evidence = Acceptance()(case).evidence
    assert max(sizes) == evidence["accepted_by_schema"]
    assert len(sizes) <= 2 + evidence["tried"] - evidence["accepted_by_schema"]


def test_validating_the_changed_column_alone_gives_the_same_result(
    looking: Callable[..., Any], toy: Any
) -> None:
    """Of a row that differs from an accepted one in one column, that column decides."""
    with looking(toy.Learner(), pair="recorded") as case:
        offers = rows_to_offer(case, rows=5)
        rows = [each.row for each in offers]
        likely = [False] * len(rows)
        near = next(each.row for each in rows_to_offer(case, rows=5) if each.what == "golden row 0")
        short = refusal.refused_by_schema(case, rows, likely=likely, near=near)
        long = refusal.refused_by_schema(
            case, rows, likely=likely, near={**near, "size": "no number"}
        )
    assert sum(bool(refusal.changed_field(row, near)) for row in rows) > 50
    assert [bool(reason) for reason in short] == [bool(reason) for reason in long]
    assert {*map(bool, short)} == {True, False}


@pytest.mark.usefixtures("remembered")
def test_evidence_is_json_and_hypothesis_is_not_needed(
    looking: Callable[..., Any], answering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a character and huge integers are tried, and the report can still be written."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with looking(answering(refusing("red")), pair="recorded") as case:
        verdict = Acceptance()(case)
    assert msgspec.json.decode(msgspec.json.encode(verdict))["status"] == "different"
