from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow.compute as pc
import pytest

from contracts.equivalence.clauses.generated import Generated
from contracts.errors import MissingExtraError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

CLAUSE = Generated(absolute=1e-9, examples=100)


def blue(share: float) -> Callable[..., Any]:
    """Return a change that halves the predictions of blue records beyond a size."""

    def change(predictions: Any, rows: Any) -> Any:
        large = pc.greater(rows["size"].fill_null(0.0), share)
        wrong = np.array(pc.and_(large, pc.equal(rows["colour"], "blue")))
        return np.where(wrong[:, None], predictions / 2, predictions)

    return change


def test_honest_sides_agree_on_all_generated_records(
    looking: Callable[..., Any], toy: ModuleType
) -> None:
    """Two honest sides differ on no record the contract accepts, null and boundaries included."""
    with looking(toy.Learner()) as case:
        verdict = CLAUSE(case)
    assert (verdict.status, verdict.observed, verdict.limit) == ("equivalent", 0.0, 0.0)
    assert verdict.evidence["records"] > 30
    assert not case.sides.counterexamples.exists()


def test_a_fault_is_shrunk_to_a_simple_record(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """The record shown is as simple as the fault allows."""
    with looking(answering(blue(-1.0))) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "different"
    assert verdict.evidence["record"] == {"colour": "blue", "size": 0.0}
    assert "the simplest {" in verdict.message


def test_a_counterexample_is_kept_and_replayed_before_anything_is_drawn(
    looking: Callable[..., Any], answering: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later run fails by the kept record alone, and names its file."""
    with looking(answering(blue(0.5))) as case:
        first = CLAUSE(case)
        (path,) = case.sides.counterexamples.iterdir()
        monkeypatch.setitem(sys.modules, "hypothesis", None)
        again = CLAUSE(case)
    assert path.name == first.evidence["file"] == again.evidence["file"]
    assert again.status == "different"
    assert path.name in again.message
    assert msgspec.json.decode(path.read_bytes()) == first.evidence["counterexample"]


def test_a_counterexample_on_which_the_sides_agree_now_is_counted(
    looking: Callable[..., Any], answering: Callable[..., Any], toy: ModuleType
) -> None:
    """Once the fault is gone the message says so."""
    with looking(answering(blue(0.5))) as case:
        file = CLAUSE(case).evidence["file"]
    with looking(toy.Learner()) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "equivalent"
    assert "1 earlier counterexamples agree now" in verdict.message
    assert verdict.evidence["agreed"] == [file]


def test_a_counterexample_that_the_contract_refuses_is_skipped(
    looking: Callable[..., Any], answering: Callable[..., Any], toy: ModuleType
) -> None:
    """A record of an older draft's schema says nothing about this one."""
    with looking(answering(blue(0.5))) as case:
        file = CLAUSE(case).evidence["file"]
        path = case.sides.counterexamples / file
        path.write_bytes(path.read_bytes().replace(b'"blue"', b'"pink"'))
    with looking(toy.Learner()) as case:
        verdict = CLAUSE(case)
    assert (verdict.status, verdict.evidence["refused"]) == ("equivalent", [file])
    assert "1 earlier ones are no records of this contract" in verdict.message


def test_a_file_that_is_not_a_counterexample_is_named(
    looking: Callable[..., Any], toy: ModuleType
) -> None:
    """What cannot be asked again is not skipped in silence."""
    with looking(toy.Learner()) as case:
        case.sides.counterexamples.mkdir()
        (case.sides.counterexamples / "spoilt.json").write_text("{}")
        with pytest.raises(StateError, match=r"spoilt\.json"):
            CLAUSE(case)


def test_a_folder_that_takes_no_file_leaves_the_record_in_the_evidence(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """In an installed package the message says what to save, and where."""
    with looking(answering(blue(0.5))) as case:
        case.sides.counterexamples.write_text("a file where the folder should be")
        verdict = CLAUSE(case)
    path = case.sides.counterexamples / verdict.evidence["file"]
    assert f"save the counterexample below as {path}" in verdict.message
    assert verdict.evidence["counterexample"]["record"] == verdict.evidence["record"]


def test_records_are_asked_one_by_one_too(
    looking: Callable[..., Any], altered: Callable[..., Any]
) -> None:
    """A candidate that is right in a batch and wrong one by one is different."""
    with looking(altered(one=lambda _self, _record: (0.5,))) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "different"
    assert "one by one" in verdict.message


def test_state_that_only_a_batch_has_is_caught(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """A candidate wrong only in a batch is caught; no record is kept that alone shows nothing."""
    wrong = answering(lambda p, _rows: p + (len(p) > 1) * (p - p.mean()))
    with looking(wrong) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "different"
    assert "the batch decides" in verdict.message
    assert not case.sides.counterexamples.exists()


def test_a_record_that_one_side_refuses_is_a_difference(
    looking: Callable[..., Any], altered: Callable[..., Any], toy: ModuleType
) -> None:
    """A candidate may not refuse what the contract accepts; the record is shown."""
    honest = toy.Cells.one

    def one(self: Any, record: Any) -> tuple[float, ...]:
        if record.size is None:
            raise ValueError("no size")
        return honest(self, record)

    with looking(altered(one=one)) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "different"
    assert verdict.evidence["record"] == {"colour": "red", "size": None}
    assert "no size" in verdict.evidence["predicted"]["one by one"]


def test_a_record_that_both_sides_refuse_is_no_difference(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Refusing alike is agreeing; whether either may refuse is for other clauses."""

    def change(predictions: Any, rows: Any) -> Any:
        if rows["size"].null_count:
            raise ValueError("no size")
        return predictions

    with looking(answering(change), reference=answering(change)) as case:
        assert CLAUSE(case).status == "equivalent"


def test_the_same_seed_gives_the_same_result(
    looking: Callable[..., Any], answering: Callable[..., Any]
) -> None:
    """Two runs find the same record and count the same differences."""
    results = []
    for _ in range(2):
        with looking(answering(blue(0.7))) as case:
            verdict = CLAUSE(case)
            (case.sides.counterexamples / verdict.evidence["file"]).unlink()
        results.append((verdict.message, verdict.evidence))
    assert results[0] == results[1]


def test_nothing_is_left_in_the_working_directory(
    looking: Callable[..., Any],
    answering: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Hypothesis leaves no folder where the command runs."""
    room = tmp_path_factory.mktemp("room")
    monkeypatch.chdir(room)
    with looking(answering(blue(0.5))) as case:
        CLAUSE(case)
    assert [*room.iterdir()] == []


def test_without_its_extra_the_clause_is_not_run(
    looking: Callable[..., Any], toy: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If hypothesis is missing the verdict names the extra and proves nothing."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with looking(toy.Learner()) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "not_run"
    assert "liaison-lifecycle[prove]" in verdict.message


def test_a_side_that_lacks_a_library_is_not_excused(
    looking: Callable[..., Any], toy: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only hypothesis may be missing: a candidate that cannot be fitted here was not proven."""

    def fit(*_: Any, **__: Any) -> Any:
        raise MissingExtraError("trees", extra="production", purpose="fitting")

    candidate = toy.Learner()
    monkeypatch.setattr(candidate, "fit", fit)
    with looking(candidate) as case, pytest.raises(MissingExtraError, match="trees"):
        CLAUSE(case)


def test_the_way_to_a_simple_record_is_bounded(
    looking: Callable[..., Any],
    answering: Callable[..., Any],
    toy: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow reference is asked only so often on the way to a simpler record."""
    asked: list[int] = []

    class Counted(toy.Cells):  # type: ignore[name-defined]
        def predict(self, rows: Any) -> Any:
            asked.append(rows.num_rows)
            return super().predict(rows)

    reference = toy.Learner()
    reference.model = Counted
    monkeypatch.setattr("contracts.equivalence.clauses.generated.TRIES", 5)
    with looking(answering(blue(0.5)), reference=reference) as case:
        verdict = CLAUSE(case)
    assert verdict.status == "different"
    assert asked.count(1) <= 5 + 1  # and once more for the message about the simplest


def test_counterexamples_of_an_earlier_version_are_replayed(
    looking: Callable[..., Any], answering: Callable[..., Any], tmp_path: Path
) -> None:
    """A new version asks for the records of earlier ones again, and names their file."""
    with looking(answering(blue(0.5))) as case:
        CLAUSE(case)
        earlier = case.sides.counterexamples.rename(tmp_path / "earlier")
    with looking(answering(blue(0.5))) as case:
        case.sides.replayed = (case.sides.counterexamples, earlier)
        verdict = CLAUSE(case)
        assert not case.sides.counterexamples.exists()
    assert verdict.status == "different"
    assert str(earlier) in verdict.message
