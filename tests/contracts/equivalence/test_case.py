from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.clauses.golden import GoldenClause
from contracts.equivalence.proof import judge, judge_all
from contracts.equivalence.registry import Item
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from collections.abc import Callable

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

#: Every clause there is, as a contract may have it.
EVERY = (
    ClauseTerm(name="schema", pair="recorded"),
    ClauseTerm(name="acceptance", pair="same_data", tolerance={"rows": 5}),
    ClauseTerm(name="golden", pair="recorded"),
    ClauseTerm(name="invariance", pair="recorded", tolerance={"rows": 5}),
    ClauseTerm(name="pointwise", pair="same_data"),
    ClauseTerm(name="generated", pair="same_data", tolerance={"examples": 5}),
    ClauseTerm(name="decision", pair="same_data"),
    ClauseTerm(
        name="ranking", pair="same_data", tolerance={"spearman": 0.9, "top": 0.1, "overlap": 0.9}
    ),
    ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0.1}),
    ClauseTerm(
        name="subgroup",
        pair="same_data",
        tolerance={"margin": 0.1, "segments": ["colour"], "least": 50},
    ),
    ClauseTerm(name="fit", pair="same_data", tolerance={"margin": 0.1, "windows": 2}),
    ClauseTerm(name="noise_floor", pair="same_data", tolerance={"seeds": 1}),
    ClauseTerm(name="latency", pair="same_data"),
)


@pytest.mark.parametrize(
    "answer", [0.5, None, "0.5", ("0.5",), [[0.5]], np.array([[0.5]]), np.array(0.5)]
)
def test_an_answer_to_one_record_has_to_be_a_sequence_of_numbers(
    looking: Callable[..., Any], altered: Callable[..., Any], answer: Any
) -> None:
    """A bare number does not break the proof, and a text that reads as a number is refused."""
    clause = GoldenClause(absolute=1.0)
    with looking(altered(one=lambda *_: answer), pair="recorded") as case:
        verdict = judge(Item(clause="golden", pair="recorded", judge=clause), case.sides)
    assert verdict.status == "different"
    assert "the candidate breaks the protocol: expected a tuple of numbers" in verdict.message


@pytest.mark.parametrize("kind", [tuple, list, np.array])
def test_an_answer_to_one_record_may_be_any_sequence_of_numbers(
    looking: Callable[..., Any], toy: Any, altered: Callable[..., Any], kind: Any
) -> None:
    """Any sequence of numbers is accepted."""

    def one(model: Any, record: Any) -> Any:
        return kind(toy.Cells.one(model, record))

    with looking(altered(one=one), pair="recorded") as case:
        verdict = judge(
            Item(clause="golden", pair="recorded", judge=GoldenClause(absolute=0.001)), case.sides
        )
    assert verdict.status == "equivalent"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.astype("float32"), r"got float32 \(600, 1\)"),
        (lambda p: p[:, 0], r"got float64 \(600,\)"),
        (lambda p: p[1:], r"got float64 \(599, 1\)"),
        (lambda p: p.tolist(), "got list"),
        (lambda p: np.nan * p, "got others in 600 of 600 rows"),
        (
            lambda p: 1 // 0 * p,
            "the candidate fails to predict: ZeroDivisionError",
        ),
    ],
)
def test_malformed_predictions_make_every_clause_different(
    looking: Callable[..., Any],
    answering: Callable[..., Any],
    change: Callable[[Any], Any],
    message: str,
) -> None:
    """Other types, shapes and counts, and what a model raises, are verdicts and no traceback."""
    with looking(answering(lambda predictions, _: change(predictions)), clauses=EVERY) as case:
        verdicts = judge_all(case.sides)
    assert {verdict.clause for verdict in verdicts} == {term.name for term in EVERY}
    assert {verdict.status for verdict in verdicts} == {"different"}
    by_clause = {verdict.clause: verdict for verdict in verdicts}
    assert re.search(message, by_clause["metric"].message)


def test_rows_whose_prediction_is_not_finite_are_shown(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """The evidence shows the inputs for which a prediction is not finite."""

    def unknown(predictions: Any, rows: Any) -> Any:
        green = np.array(rows["colour"].to_pylist()) == "green"
        return np.where(green[:, None], np.nan, predictions)

    with looking(answering(unknown)) as case:
        verdicts = judge_all(case.sides)
    assert verdicts[0].evidence["details"][0].startswith("[nan] for {'colour': 'green'")


def test_a_contracts_record_type_is_compiled_once(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clause may ask for records as often as it likes: compiling takes milliseconds."""
    compiled_columns: list[Any] = []
    compile_ = RecordDecoder.__init__

    def counted(self: Any, columns: Any) -> None:
        compiled_columns.append(columns)
        compile_(self, columns)

    monkeypatch.setattr(RecordDecoder, "__init__", counted)
    with looking(toy.Learner()) as case:
        for _ in range(3):
            case.records(case.golden.rows)
    assert len(compiled_columns) == 1
