from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.proof import ONE_LEARNER, judge_all
from contracts.equivalence.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict


def prove(contract: Contract, source: Any, **given: Any) -> tuple[Verdict, ...]:
    """Return the verdict of every item of a contract."""
    with Sides(contract, source, **given) as sides:
        return judge_all(sides)


@pytest.mark.parametrize("side", ["candidate", "reference"])
@pytest.mark.parametrize("lacking", ["fit", "predict", "one", "write", "read"])
def test_a_model_needs_all_its_methods(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path, side: str, lacking: str
) -> None:
    """A learner that returns nothing, or a model without a method, is that side's fault."""
    learner = toy.Learner()
    learner.model = type("Partial", (toy.Cells,), {lacking: None})
    got = f"Partial without {lacking}"
    if lacking == "fit":
        learner.model = lambda _: None
        got = "NoneType without predict, one, write, read"
    sides = {"candidate": toy.Learner(), "reference": toy.Learner()} | {side: learner}
    verdicts = prove(write(tmp_path), toy.Events(), **sides)
    assert verdicts[-1].status == ("different" if side == "candidate" else "inconclusive")
    assert verdicts[-1].message == (
        f"the {side} breaks the protocol: expected a Model with predict, one, write, read, "
        f"got {got}"
    )


@pytest.mark.parametrize("read", [None, lambda _: None])
def test_the_class_that_serves_has_to_read_a_model(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path, read: Any
) -> None:
    """The class that serves has to follow the protocol as the fitted model does."""
    served = type("Served", (toy.Cells,), {"read": staticmethod(read) if read else None})
    verdicts = prove(write(tmp_path), toy.Events(), candidate=toy.Learner(), served=served)
    assert {each.status for each in verdicts[:2]} == {"different"}
    assert "the candidate breaks the protocol: expected a Model with" in verdicts[0].message


def test_a_refitted_model_is_freed_when_its_clause_ends(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Fits of many seeds take the memory of one; each is attributed to its side while it exists."""
    sides = Sides(write(tmp_path), toy.Events(), candidate=toy.Learner(), reference=toy.Learner())
    with sides:
        one, other = (sides.refit("reference", sides.rows, seed=seed) for seed in (1, 2))
        assert [sides.side_of(each) for each in (one, other, sides.candidate)] == [
            "reference",
            "reference",
            "candidate",
        ]
        alive = weakref.ref(one)
        del one
        gc.collect()
        assert alive() is None


@pytest.fixture
def recording(toy: ModuleType) -> Callable[[], Any]:
    """Makes learners that record what they were asked to fit."""

    class Recording(toy.Learner):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.calls: list[tuple[Any, Any, int]] = []

        def fit(self, rows: Any, *, params: Any, seed: int) -> Any:
            self.calls.append((rows, params, seed))
            return super().fit(rows, params=params, seed=seed)

    return Recording


def test_both_sides_fit_the_same_rows_with_the_same_parameters_and_seed(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path, recording: Callable[[], Any]
) -> None:
    """On the contract's window, and on each window of the clause `fit`."""
    clauses = (
        ClauseTerm(name="pointwise", pair="same_data"),
        ClauseTerm(name="fit", pair="same_data", tolerance={"margin": 0.1, "windows": 2}),
    )
    contract = write(tmp_path, clauses=clauses)
    candidate, reference = recording(), recording()
    prove(contract, toy.Events(), candidate=candidate, reference=reference)
    assert [rows.num_rows for rows, _, _ in candidate.calls] == [1793, 1553, 1973]
    assert candidate.calls == reference.calls
    learning = contract.learning
    assert {(seed, *params.items()) for _, params, seed in candidate.calls} == {
        (learning.seed, *learning.params.items())
    }


def test_in_joint_clauses_that_fit_again_are_not_run(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path, recording: Callable[[], Any]
) -> None:
    """One learner fits both sides: it is asked once, and both sides would be the same."""
    clauses = (
        ClauseTerm(name="pointwise", pair="same_data"),
        ClauseTerm(name="fit", pair="same_data", tolerance={"margin": 0.1, "windows": 2}),
        ClauseTerm(name="noise_floor", pair="same_data", tolerance={"seeds": 1}),
    )
    learner = recording()
    verdicts = prove(
        write(tmp_path, clauses=clauses), toy.Events(), candidate=None, reference=learner
    )
    assert [each.status for each in verdicts] == ["equivalent", *["not_run"] * 3]
    assert {each.message for each in verdicts[1:]} == {ONE_LEARNER}
    assert len(learner.calls) == 1


def test_no_candidate_is_fitted_if_its_class_is_named(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """With the reference's state the candidate's own training is not needed."""
    served = type("Adopting", (toy.Cells,), {"adopt": toy.Cells.read})
    clause = ClauseTerm(name="pointwise", pair="same_state")
    candidate, contract = toy.Learner(), write(tmp_path, clauses=(clause,))
    sides = {"candidate": candidate, "reference": toy.Learner(), "served": served}
    assert [each.status for each in prove(contract, toy.Events(), **sides)] == ["equivalent"]
    assert candidate.fits == 0


def test_a_reference_that_fails_is_fitted_once_and_leaves_its_clauses_inconclusive(
    looking: Callable[..., Any], toy: ModuleType, altered: Callable[..., Any]
) -> None:
    """Nothing is known of the candidate by a clause that compares it with the reference."""
    reference = altered()
    reference.fit = Mock(side_effect=ValueError("one class alone"))
    with looking(toy.Learner(), reference=reference) as case:
        verdicts = judge_all(case.sides)
    assert [verdict.status for verdict in verdicts] == [
        "equivalent",
        "equivalent",
        "inconclusive",
        "inconclusive",
    ]
    assert verdicts[3].message == "the reference fails at fitting: ValueError: one class alone"
    assert reference.fit.call_count == 1


def test_a_candidate_that_cannot_be_fitted_is_fitted_once(
    looking: Callable[..., Any], altered: Callable[..., Any]
) -> None:
    """A fit that fails after minutes is not repeated for every clause."""
    candidate = altered()
    candidate.fit = Mock(side_effect=ValueError("no convergence"))
    with looking(candidate) as case:
        verdicts = judge_all(case.sides)
    assert {verdict.status for verdict in verdicts} == {"different"}
    assert candidate.fit.call_count == 1
