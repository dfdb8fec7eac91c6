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

KINDS = ("binary", "multiclass", "regression")
PAIRS = ("recorded", "same_data")
#: Why the schema refuses rows, which is the same whatever a model answers.
REASONS: dict[str, list[str]] = {}


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks the schema once about the same rows: it takes a second or two."""
    ask = acceptance.refused_by_schema

    def asked(case: Any, rows: Any, **given: Any) -> list[str]:
        name = repr((case.contract.input_columns, rows))
        if name not in REASONS:
            REASONS[name] = ask(case, rows, **given)
        return REASONS[name]

    monkeypatch.setattr(acceptance, "refused_by_schema", asked)


def refusing(colour: str) -> Callable[..., Any]:
    """Return what raises on a colour: an encoder that did not meet it in training."""

    def change(made: Any, rows: Any) -> Any:
        known = {each: 0 for each in ("red", "green", "blue") if each != colour}
        for each in rows["colour"].to_pylist():
            known[each]
        return made

    return change


def unbounded(made: Any, rows: Any) -> Any:
    """Answer the greatest size with what is no number."""
    largest = rows["size"].fill_null(0).to_numpy() == 1.0
    return np.where(largest[:, None], np.nan, made)


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_model_that_answers_what_the_contract_accepts_is_equivalent(
    looking: Callable[..., Any], toy: Any, kind: str, pair: str
) -> None:
    """Accepted rows are answered, refused ones never reach the model, at every edge."""
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
    """The classic: a KeyError on a category; the message has the row, the side and the error."""
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
    """A value that no real row has is offered too: the greatest size that the schema accepts."""
    with looking(answering(unbounded), pair="recorded") as case:
        assert not any(size == 1.0 for size in case.sample.rows["size"].to_pylist())
        verdict = Acceptance()(case)
    assert verdict.status == "different"
    assert "size: boundary 1" in verdict.evidence["examples"][0]["what"]
    assert "expected finite numbers" in verdict.message


@pytest.mark.usefixtures("remembered")
def test_sides_that_refuse_the_same_agree_with_each_other_not_with_the_contract(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """What the reference refuses too is no difference; the contract still promises an answer."""
    sides = {"reference": answering(unbounded)}
    with looking(answering(unbounded), **sides) as case:
        assert Acceptance()(case).status == "equivalent"
        assert Acceptance()(Case(case.sides, "recorded")).status == "different"


@pytest.mark.usefixtures("remembered")
def test_a_reference_that_refuses_alone_is_named(
    looking: Callable[..., Any], answering: Callable[..., Any], toy: Any
) -> None:
    """The difference may be the reference's doing."""
    with looking(toy.Learner(), reference=answering(unbounded)) as case:
        verdict = Acceptance()(case)
    assert verdict.status == "different"
    assert "the reference breaks the protocol" in verdict.message


@pytest.mark.usefixtures("remembered")
def test_refusing_in_a_batch_what_is_accepted_alone_is_caught(
    looking: Callable[..., Any], altered: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Both ways that a row may come are to be answered."""
    broken = answering(refusing("blue")).model.predict

    def one(model: Any, _record: Any) -> Any:
        return (float(model.means[0, 0]),)

    with looking(altered(one=one, predict=broken), pair="recorded") as case:
        verdict = Acceptance(rows=1)(case)
    assert "in a batch, the candidate fails to predict: KeyError" in verdict.message


@pytest.mark.parametrize("accepts", ["nothing more", "whatever is said"])
def test_schema_and_record_type_that_disagree_surface(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch, accepts: str
) -> None:
    """The framework's own fault is named as one, on either side."""
    faithful = RecordDecoder.decode

    def decode(made: RecordDecoder, data: bytes) -> Any:
        row = json.loads(data)
        if accepts == "nothing more" and row.get("size") == 1.0:
            raise DataError("not a record of the contract")
        if accepts == "whatever is said" and row.get("colour") == "no such category":
            data = wire({**row, "colour": "red"})
        return faithful(made, data)

    monkeypatch.setattr(RecordDecoder, "decode", decode)
    with looking(toy.Learner(), pair="recorded") as case:
        verdict = Acceptance(rows=1)(case)
    assert (verdict.status, verdict.evidence["framework"] > 0) == ("different", True)
    said = "refuses what the schema accepts" if accepts == "nothing more" else "accepts what the"
    assert f"the record type {said}" in verdict.message


def test_accepted_rows_share_a_frame(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only refused rows are validated in a frame each."""
    sizes = []
    validator = refusal.validator

    def counted(columns: Any) -> Any:
        validate = validator(columns)

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
    """Half a character and endless integers are tried, and still the report can be written."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with looking(answering(refusing("red")), pair="recorded") as case:
        verdict = Acceptance()(case)
    assert msgspec.json.decode(msgspec.json.encode(verdict))["status"] == "different"
