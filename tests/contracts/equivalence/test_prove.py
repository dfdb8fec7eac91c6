from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.clauses.ranking import Ranking
from contracts.equivalence.proof import judge_all
from contracts.equivalence.sides import Sides
from contracts.errors import ContractError, DataError, LeakError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict

KINDS = ("binary", "multiclass", "regression")


def prove(contract: Contract, source: Any, **given: Any) -> tuple[Verdict, ...]:
    """Return the verdict of every item of a contract."""
    with Sides(contract, source, **given) as sides:
        return judge_all(sides)


@pytest.fixture
def verdicts(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> Callable[..., dict[str, Verdict]]:
    """Proves a model of a small product against its contract."""

    def make(model: str, kind: str = "binary", **changes: Any) -> dict[str, Verdict]:
        results = prove(
            write(tmp_path, kind, **changes),
            toy.Events(kind),
            candidate=toy.Learner(kind, model, prior=1.001),
            reference=toy.Learner(kind),
        )
        return {verdict.clause: verdict for verdict in results}

    return make


def statuses(verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Return each clause's status."""
    return {name: verdict.status for name, verdict in verdicts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_candidate_is_equivalent(
    verdicts: Callable[..., dict[str, Verdict]], kind: str
) -> None:
    """Production's code that learns the same passes every clause, in the contract's order."""
    results = verdicts("cells", kind)
    assert statuses(results) == dict.fromkeys(
        ("schema", "golden", "ranking", "metric"), "equivalent"
    )
    assert not any(verdict.failed for verdict in results.values())


@pytest.mark.parametrize(
    ("model", "clauses"),
    [
        ("swapped", {"golden", "ranking", "metric"}),
        ("stretched", {"schema", "golden", "metric"}),
        ("flat", {"golden", "ranking", "metric"}),
        ("forgetful", {"golden", "ranking", "metric"}),
        ("narrow", {"schema", "golden", "ranking", "metric"}),
        ("unknowing", {"schema", "golden", "ranking", "metric"}),
    ],
)
def test_a_faulty_candidate_fails_where_its_fault_shows(
    verdicts: Callable[..., dict[str, Verdict]], model: str, clauses: set[str]
) -> None:
    """Each fault fails the clauses that can see it, and no other."""
    results = verdicts(model)
    assert {name for name, verdict in results.items() if verdict.status == "different"} == clauses


@pytest.mark.parametrize("model", ["swapped", "flat", "forgetful"])
def test_a_faulty_regression_fails(verdicts: Callable[..., dict[str, Verdict]], model: str) -> None:
    """The clauses apply to numbers as to probabilities."""
    results = statuses(verdicts(model, "regression"))
    assert (results["golden"], results["metric"]) == ("different", "different")


def test_verdicts_can_be_written_as_json(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    """A verdict with its evidence survives JSON."""
    for verdict in verdicts("flat").values():
        assert msgspec.json.decode(msgspec.json.encode(verdict), type=type(verdict)) == verdict


def test_without_a_reference_only_recorded_clauses_run(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Production alone runs the recorded clauses, and lists the others as not run."""
    candidate = toy.Learner()
    results = prove(write(tmp_path), toy.Events(), candidate=candidate)
    assert {verdict.clause: verdict.status for verdict in results} == {
        "schema": "equivalent",
        "golden": "equivalent",
        "ranking": "not_run",
        "metric": "not_run",
    }
    assert "same_data" in results[2].message
    assert not results[2].failed
    assert candidate.fits == 1


def test_each_side_is_fitted_once_and_reports_its_progress(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Clauses share their fits; progress is called with each step in order."""
    steps: list[str] = []
    sides = [toy.Learner(), toy.Learner()]
    prove(
        write(tmp_path),
        toy.Events(),
        candidate=sides[0],
        reference=sides[1],
        progress=steps.append,
    )
    assert [side.fits for side in sides] == [1, 1]
    assert steps == [
        "clause schema",
        "fitting the candidate on 1,793 rows",
        "clause golden",
        "clause ranking",
        "fitting the reference on 1,793 rows",
        "clause metric",
    ]


def test_the_candidate_is_read_by_the_class_that_serves_it(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The class that serves is proven, which may differ from the class that was fitted."""
    results = prove(
        write(tmp_path), toy.Events(), candidate=toy.Learner(), served=toy.MODELS["swapped"]
    )
    assert results[1].status == "different"


def test_a_source_that_leaks_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """An outcome that had not arrived by the contract's moment never reaches a fit."""
    with pytest.raises(LeakError, match="had not arrived before 1970-01-31"):
        prove(write(tmp_path), toy.Events(leak=True), candidate=toy.Learner())


def test_a_source_of_another_product_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The source is named, not the candidate."""

    class Bare(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, *given: Any, **named: Any) -> Any:
            return super().window(*given, **named).drop_columns("size")

    with pytest.raises(DataError, match="the source lacks columns"):
        prove(write(tmp_path), Bare(), candidate=toy.Learner())


def test_rows_that_break_the_input_schema_are_the_sources_fault(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The schema clause names the source, not the candidate."""
    results = prove(write(tmp_path), toy.Events(spoilt=True), candidate=toy.Learner())
    assert results[0].message.startswith("the source breaks the input schema")
    assert "size" in results[0].message


def test_without_rows_to_fit_on_there_is_no_proof(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Rows that every clause needs are an error of the run, with the window and the next step."""

    class Unheard(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            return table.set_column(3, "outcome", [[None] * table.num_rows])

    with pytest.raises(DataError, match="none of 1,800 events from 1970-01-01") as refused:
        prove(write(tmp_path), Unheard(), candidate=toy.Learner())
    assert "task=ingest" in refused.value.hint


def test_without_a_test_window_the_golden_rows_are_still_judged(
    write: Callable[..., Contract], toy: ModuleType, terms: Callable[..., Any], tmp_path: Path
) -> None:
    """Only the clauses that need the test window are inconclusive."""
    later = {"test_start": 90 * toy.DAY, "test_end": 91 * toy.DAY}
    learning = msgspec.structs.replace(terms().learning, **later)
    sides = {"candidate": toy.Learner(), "reference": toy.Learner()}
    results = prove(write(tmp_path, learning=learning), toy.Events(), **sides)
    assert [verdict.status for verdict in results] == [
        "inconclusive",
        "equivalent",
        "inconclusive",
        "inconclusive",
    ]
    assert "from 1970-04-01T00:00:00Z to 1970-04-02T00:00:00Z has an outcome" in results[3].message
    assert all(side.fits == 1 for side in sides.values())


def test_a_clause_that_raises_does_not_stop_the_others(
    write: Callable[..., Contract],
    toy: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error in a clause's own code makes that clause inconclusive, with the traceback."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(Ranking, "__call__", broken)
    sides = {"candidate": toy.Learner(), "reference": toy.Learner()}
    results = prove(write(tmp_path), toy.Events(), **sides)
    assert [verdict.status for verdict in results] == [
        "equivalent",
        "equivalent",
        "inconclusive",
        "equivalent",
    ]
    assert results[2].message == (
        "cannot be judged: the clause fails with ZeroDivisionError: of nothing"
    )
    assert 'raise ZeroDivisionError("of nothing")' in "\n".join(results[2].evidence["details"])


def test_an_unlisted_label_of_an_open_set_is_left_out_of_the_test(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Rows whose label no prediction could name are left out."""

    class New(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            labels = table["outcome"].to_pylist()
            return table.set_column(3, "outcome", [["huge", *labels[1:]]])

    contract = write(tmp_path, "multiclass", labels_open=True)
    sides = [toy.Learner("multiclass"), toy.Learner("multiclass")]
    results = prove(contract, New("multiclass"), candidate=sides[0], reference=sides[1])
    assert results[3].evidence["rows"] == (toy.DAYS - toy.CUT) * toy.PER_DAY - 1


def test_a_window_whose_outcomes_no_prediction_could_name_proves_nothing(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """A comparison of no rows is inconclusive, never equivalent."""

    class New(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            if start < toy.CUT * toy.DAY:
                return table
            return table.set_column(3, "outcome", [["huge"] * table.num_rows])

    term = ClauseTerm(name="pointwise", pair="same_data")
    contract = write(tmp_path, "multiclass", labels_open=True, clauses=(term,))
    sides = [toy.Learner("multiclass"), toy.Learner("multiclass", "flat")]
    (results,) = prove(contract, New("multiclass"), candidate=sides[0], reference=sides[1])
    assert results.status == "inconclusive"
    assert results.message.startswith("cannot be judged: toy: none of 600 outcomes")


def test_a_contract_with_an_unknown_clause_is_refused_before_any_fit(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """A clause whose package is not installed is an error, and not left out."""
    contract = write(tmp_path)
    term = msgspec.structs.replace(contract.clauses[0], name="goldn")
    candidate = toy.Learner()
    with pytest.raises(ContractError, match="did you mean 'golden'"):
        prove(msgspec.structs.replace(contract, clauses=(term,)), toy.Events(), candidate=candidate)
    assert candidate.fits == 0
