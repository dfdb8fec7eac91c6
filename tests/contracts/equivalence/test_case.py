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
    "said", [0.5, None, "0.5", ("0.5",), [[0.5]], np.array([[0.5]]), np.array(0.5)]
)
def test_an_answer_to_one_record_that_is_no_numbers_in_a_row_is_the_candidates_fault(
    looking: Callable[..., Any], altered: Callable[..., Any], said: Any
) -> None:
    """A bare number breaks no proof, and a text that reads as one is no prediction."""
    clause = GoldenClause(absolute=1.0)
    with looking(altered(one=lambda *_: said), pair="recorded") as case:
        verdict = judge(Item(clause="golden", pair="recorded", judge=clause), case.sides)
    assert verdict.status == "different"
    assert "the candidate breaks the protocol: expected a tuple of numbers" in verdict.message


@pytest.mark.parametrize("kind", [tuple, list, np.array])
def test_an_answer_to_one_record_may_be_any_row_of_numbers(
    looking: Callable[..., Any], toy: Any, altered: Callable[..., Any], kind: Any
) -> None:
    """Which sequence holds the figures is nobody's concern."""

    def one(model: Any, record: Any) -> Any:
        return kind(toy.Cells.one(model, record))

    with looking(altered(one=one), pair="recorded") as case:
        verdict = judge(
            Item(clause="golden", pair="recorded", judge=GoldenClause(absolute=0.001)), case.sides
        )
    assert verdict.status == "equivalent"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda made: made.astype("float32"), r"got float32 \(600, 1\)"),
        (lambda made: made[:, 0], r"got float64 \(600,\)"),
        (lambda made: made[1:], r"got float64 \(599, 1\)"),
        (lambda made: made.tolist(), "got list"),
        (lambda made: np.nan * made, "got others in 600 of 600 rows"),
        (lambda made: 1 // 0 * made, "the candidate fails to predict: ZeroDivisionError"),
    ],
)
def test_what_no_model_may_answer_is_every_clauses_finding(
    looking: Callable[..., Any],
    answering: Callable[..., Any],
    answer: Callable[[Any], Any],
    said: str,
) -> None:
    """Other numbers, shapes and counts, and what a model raises, are verdicts and no traceback."""
    with looking(answering(lambda made, _: answer(made)), clauses=EVERY) as case:
        found = judge_all(case.sides)
    assert {verdict.clause for verdict in found} == {term.name for term in EVERY}
    assert {verdict.status for verdict in found} == {"different"}
    told = {verdict.clause: verdict for verdict in found}
    assert re.search(said, told["metric"].message)


def test_rows_without_a_number_are_shown(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """An engineer sees for which inputs no number comes."""

    def unknown(made: Any, rows: Any) -> Any:
        green = np.array(rows["colour"].to_pylist()) == "green"
        return np.where(green[:, None], np.nan, made)

    with looking(answering(unknown)) as case:
        found = judge_all(case.sides)
    assert found[0].evidence["details"][0].startswith("[nan] for {'colour': 'green'")


def test_a_contracts_record_type_is_compiled_once(
    looking: Callable[..., Any], toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clause may ask for records as often as it likes: compiling takes milliseconds."""
    made: list[Any] = []
    compiled = RecordDecoder.__init__

    def counted(self: Any, columns: Any) -> None:
        made.append(columns)
        compiled(self, columns)

    monkeypatch.setattr(RecordDecoder, "__init__", counted)
    with looking(toy.Learner()) as case:
        for _ in range(3):
            case.records(case.golden.rows)
    assert len(made) == 1
