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
    """Return what every item of a contract finds."""
    with Sides(contract, source, **given) as sides:
        return judge_all(sides)


@pytest.fixture
def verdicts(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> Callable[..., dict[str, Verdict]]:
    """Proves a model of a small product against its contract."""

    def make(model: str, kind: str = "binary", **changes: Any) -> dict[str, Verdict]:
        found = prove(
            write(tmp_path, kind, **changes),
            toy.Events(kind),
            candidate=toy.Learner(kind, model, prior=1.001),
            reference=toy.Learner(kind),
        )
        return {verdict.clause: verdict for verdict in found}

    return make


def statuses(verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Return each clause's status."""
    return {name: verdict.status for name, verdict in verdicts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_candidate_is_equivalent(
    verdicts: Callable[..., dict[str, Verdict]], kind: str
) -> None:
    """Own code that learns the same passes every clause, in the contract's order."""
    found = verdicts("cells", kind)
    assert statuses(found) == dict.fromkeys(("schema", "golden", "ranking", "metric"), "equivalent")
    assert not any(verdict.failed for verdict in found.values())


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
    """Each fault fails the clauses that look at it, and no other."""
    found = verdicts(model)
    assert {name for name, verdict in found.items() if verdict.status == "different"} == clauses


@pytest.mark.parametrize("model", ["swapped", "flat", "forgetful"])
def test_a_faulty_regression_fails(verdicts: Callable[..., dict[str, Verdict]], model: str) -> None:
    """Clauses hold a number as they hold a probability."""
    found = statuses(verdicts(model, "regression"))
    assert (found["golden"], found["metric"]) == ("different", "different")


def test_verdicts_can_be_written_as_json(verdicts: Callable[..., dict[str, Verdict]]) -> None:
    """A verdict with its evidence goes into a report as it is."""
    for verdict in verdicts("flat").values():
        assert msgspec.json.decode(msgspec.json.encode(verdict), type=type(verdict)) == verdict


def test_without_a_reference_only_recorded_clauses_run(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Production alone replays what was recorded, and names the rest as not run."""
    candidate = toy.Learner()
    found = prove(write(tmp_path), toy.Events(), candidate=candidate)
    assert {verdict.clause: verdict.status for verdict in found} == {
        "schema": "equivalent",
        "golden": "equivalent",
        "ranking": "not_run",
        "metric": "not_run",
    }
    assert "same_data" in found[2].message
    assert not found[2].failed
    assert candidate.fits == 1


def test_each_side_is_fitted_once_and_says_so(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Clauses share their fits; progress tells of each step in its order."""
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
    """What is proven is what serves: another class may read what the learner's model wrote."""
    found = prove(
        write(tmp_path), toy.Events(), candidate=toy.Learner(), served=toy.MODELS["swapped"]
    )
    assert found[1].status == "different"


def test_a_source_that_leaks_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """An outcome that had not arrived by the contract's moment never reaches a fit."""
    with pytest.raises(LeakError, match="had not arrived before 1970-01-31"):
        prove(write(tmp_path), toy.Events(leak=True), candidate=toy.Learner())


def test_a_source_of_another_product_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """A source without the contract's columns is named as the culprit, not the candidate."""

    class Bare(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, *given: Any, **named: Any) -> Any:
            return super().window(*given, **named).drop_columns("size")

    with pytest.raises(DataError, match="the source lacks columns"):
        prove(write(tmp_path), Bare(), candidate=toy.Learner())


def test_rows_that_break_the_input_schema_are_the_sources_fault(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The schema clause says which side of the candidate broke."""
    found = prove(write(tmp_path), toy.Events(spoilt=True), candidate=toy.Learner())
    assert found[0].message.startswith("the source breaks the input schema")
    assert "size" in found[0].message


def test_without_a_row_to_fit_on_there_is_no_proof(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """What every clause needs is an error of its own, with the window and the next step."""

    class Unheard(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            return table.set_column(3, "outcome", [[None] * table.num_rows])

    with pytest.raises(DataError, match="none of 1,800 events from 1970-01-01") as refused:
        prove(write(tmp_path), Unheard(), candidate=toy.Learner())
    assert "task=ingest" in refused.value.hint


def test_without_a_row_to_judge_by_what_was_recorded_is_still_replayed(
    write: Callable[..., Contract], toy: ModuleType, terms: Callable[..., Any], tmp_path: Path
) -> None:
    """A test window that the source has nothing for is said of the clauses that look at it."""
    later = {"test_start": 90 * toy.DAY, "test_end": 91 * toy.DAY}
    learning = msgspec.structs.replace(terms().learning, **later)
    sides = {"candidate": toy.Learner(), "reference": toy.Learner()}
    found = prove(write(tmp_path, learning=learning), toy.Events(), **sides)
    assert [verdict.status for verdict in found] == [
        "inconclusive",
        "equivalent",
        "inconclusive",
        "inconclusive",
    ]
    assert "from 1970-04-01T00:00:00Z to 1970-04-02T00:00:00Z has an outcome" in found[3].message
    assert all(side.fits == 1 for side in sides.values())


def test_a_clause_that_fails_ends_no_other(
    write: Callable[..., Contract],
    toy: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a clause's own code raises is said of that clause, with the lines that raised it."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(Ranking, "__call__", broken)
    sides = {"candidate": toy.Learner(), "reference": toy.Learner()}
    found = prove(write(tmp_path), toy.Events(), **sides)
    assert [verdict.status for verdict in found] == [
        "equivalent",
        "equivalent",
        "inconclusive",
        "equivalent",
    ]
    assert found[2].message == (
        "cannot be judged: the clause fails with ZeroDivisionError: of nothing"
    )
    assert 'raise ZeroDivisionError("of nothing")' in "\n".join(found[2].evidence["details"])


def test_an_unlisted_label_of_an_open_set_is_left_out_of_the_test(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """What no prediction could name counts neither for nor against a candidate."""

    class New(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            labels = table["outcome"].to_pylist()
            return table.set_column(3, "outcome", [["huge", *labels[1:]]])

    contract = write(tmp_path, "multiclass", labels_open=True)
    sides = [toy.Learner("multiclass"), toy.Learner("multiclass")]
    found = prove(contract, New("multiclass"), candidate=sides[0], reference=sides[1])
    assert found[3].evidence["rows"] == (toy.DAYS - toy.CUT) * toy.PER_DAY - 1


def test_a_window_whose_outcomes_no_prediction_could_name_proves_nothing(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Any two sides agree on no row at all: that proves nothing, and is never equivalent."""

    class New(toy.Events):  # type: ignore[misc,name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            table = super().window(start, end, known_by=known_by)
            if start < toy.CUT * toy.DAY:
                return table
            return table.set_column(3, "outcome", [["huge"] * table.num_rows])

    term = ClauseTerm(name="pointwise", pair="same_data")
    contract = write(tmp_path, "multiclass", labels_open=True, clauses=(term,))
    sides = [toy.Learner("multiclass"), toy.Learner("multiclass", "flat")]
    (found,) = prove(contract, New("multiclass"), candidate=sides[0], reference=sides[1])
    assert found.status == "inconclusive"
    assert found.message.startswith("cannot be judged: toy: none of 600 outcomes")


def test_a_contract_with_an_unknown_clause_is_refused_before_any_fit(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """A clause whose package is not installed is an error, never a clause less."""
    contract = write(tmp_path)
    term = msgspec.structs.replace(contract.clauses[0], name="goldn")
    candidate = toy.Learner()
    with pytest.raises(ContractError, match="did you mean 'golden'"):
        prove(msgspec.structs.replace(contract, clauses=(term,)), toy.Events(), candidate=candidate)
    assert candidate.fits == 0
