from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.prove import prove
from contracts.errors import ContractError, DataError, LeakError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.equivalence.verdict import Verdict

KINDS = ("binary", "multiclass", "regression")


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


def outcomes(verdicts: dict[str, Verdict]) -> dict[str, str]:
    """Return each clause's outcome."""
    return {name: verdict.outcome for name, verdict in verdicts.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_candidate_is_equivalent(
    verdicts: Callable[..., dict[str, Verdict]], kind: str
) -> None:
    """Own code that learns the same passes every clause, in the contract's order."""
    found = verdicts("cells", kind)
    assert outcomes(found) == dict.fromkeys(("schema", "golden", "ranking", "metric"), "equivalent")
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
    assert {name for name, verdict in found.items() if verdict.outcome == "different"} == clauses


@pytest.mark.parametrize("model", ["swapped", "flat", "forgetful"])
def test_a_faulty_regression_fails(verdicts: Callable[..., dict[str, Verdict]], model: str) -> None:
    """Clauses hold a number as they hold a probability."""
    found = outcomes(verdicts(model, "regression"))
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
    assert {verdict.clause: verdict.outcome for verdict in found} == {
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
    assert found[1].outcome == "different"


def test_a_source_that_leaks_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """An outcome that had not arrived by the contract's moment never reaches a fit."""
    with pytest.raises(LeakError, match="is not known by 1970-01-31"):
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


def test_a_window_without_outcomes_is_refused(
    write: Callable[..., Contract], toy: ModuleType, terms: Callable[..., Any], tmp_path: Path
) -> None:
    """A contract's window that the source has nothing for says so."""
    later = {"test_start": 90 * toy.DAY, "test_end": 91 * toy.DAY}
    learning = msgspec.structs.replace(terms().learning, **later)
    with pytest.raises(DataError, match="no event of the contract's window has an outcome"):
        prove(write(tmp_path, learning=learning), toy.Events(), candidate=toy.Learner())


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


def test_a_window_whose_outcomes_no_prediction_could_name_is_refused(
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
    with pytest.raises(DataError, match="none of 600 outcomes"):
        prove(contract, New("multiclass"), candidate=sides[0], reference=sides[1])


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
