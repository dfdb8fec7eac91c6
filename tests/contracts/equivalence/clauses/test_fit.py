from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from contracts.contract.terms import ClauseTerm
from contracts.equivalence.proof import judge
from contracts.equivalence.registry import items
from contracts.equivalence.sides import Sides
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict


@pytest.fixture
def windowed(write: Callable[..., Contract], tmp_path: Path) -> Callable[..., Contract]:
    """Writes a contract whose only clause fits both sides on windows."""

    def make(kind: str = "binary", **tolerance: Any) -> Contract:
        fields = {"margin": 0.05, "windows": 2, "repeats": 200} | tolerance
        clause = ClauseTerm(name="fit", pair="same_data", tolerance=fields)
        return write(tmp_path, kind, clauses=(clause,))

    return make


def judged(contract: Contract, toy: ModuleType, candidate: Any, **kind: str) -> dict[str, Verdict]:
    """Judge each window."""
    reference = toy.Learner(*kind.values())
    with Sides(
        contract, toy.Events(*kind.values()), candidate=candidate, reference=reference
    ) as sides:
        return {item.name: judge(item, sides) for item in items(contract)}


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_equal_learners_are_equivalent_in_every_window(
    windowed: Callable[..., Contract], toy: ModuleType, kind: str
) -> None:
    """Windows are named by their cut; the last ends with the test window."""
    verdicts = judged(windowed(kind), toy, toy.Learner(kind), kind=kind)
    assert {name: each.status for name, each in verdicts.items()} == {
        "fit[window=1970-01-27]": "equivalent",
        "fit[window=1970-02-03]": "equivalent",
    }
    evidence = verdicts["fit[window=1970-02-03]"].evidence
    assert evidence["window"]["end"] == "1970-02-10T00:00:00Z"
    assert set(evidence["metrics"]) == {term.name for term in windowed(kind).metrics}


def test_windows_are_fitted_on_what_was_known_at_their_cut(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """Later cuts have more rows; those whose outcome had not arrived at the cut are left out."""
    verdicts = judged(windowed(), toy, toy.Learner())
    fitted = [each.evidence["fitted_on"] for each in verdicts.values()]
    assert fitted == [26 * 60 - 7, 33 * 60 - 7]


def test_a_window_of_its_own_length_moves_along(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """With a given length both windows are fitted on the same amount of time."""
    verdicts = judged(windowed(window="14d"), toy, toy.Learner())
    assert {each.evidence["fitted_on"] for each in verdicts.values()} == {14 * 60 - 7}
    assert verdicts["fit[window=1970-02-03]"].evidence["window"]["start"] == "1970-01-20T00:00:00Z"


def test_a_learner_that_is_wrong_in_one_window_is_found_there(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """Another window shows what the contract's own does not, and the part names it."""

    class Late(toy.Learner):  # type: ignore[misc, name-defined]
        def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Any:
            self.model = toy.Cells if rows.num_rows < 30 * 60 else toy.Swapped
            return super().fit(rows, params=params, seed=seed)

    verdicts = judged(windowed(), toy, Late())
    assert [each.status for each in verdicts.values()] == ["equivalent", "different"]


def test_a_state_that_is_not_read_back_is_found(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """Each window's candidate is written and read as it would be served."""
    verdicts = judged(windowed(), toy, toy.Learner(model="forgetful"))
    assert {each.status for each in verdicts.values()} == {"different"}


def test_too_few_rows_to_fit_on_prove_nothing(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """A window with fewer rows than required is inconclusive, and no side is fitted on it."""
    candidate = toy.Learner()
    verdicts = judged(windowed(least=1600), toy, candidate)
    assert [each.status for each in verdicts.values()] == ["inconclusive", "equivalent"]
    assert "1,553 rows to fit on" in next(iter(verdicts.values())).message
    assert candidate.fits == 1


@pytest.mark.parametrize(("first", "last"), [(33, 40), (0, 26)])
def test_a_window_without_outcomes_is_inconclusive_and_the_others_are_judged(
    windowed: Callable[..., Contract], toy: ModuleType, first: int, last: int
) -> None:
    """The window without rows to judge on, or to fit on, says so; the other is judged."""

    class Silent(toy.Events):  # type: ignore[misc, name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            table = super().window(start, end, known_by=known_by)
            if (start, end) == (first * toy.DAY, last * toy.DAY):
                return table.set_column(3, "outcome", [pa.nulls(table.num_rows, pa.bool_())])
            return table

    with Sides(windowed(), Silent(), candidate=toy.Learner(), reference=toy.Learner()) as sides:
        verdicts = [judge(item, sides) for item in items(sides.contract)]
    assert sorted(each.status for each in verdicts) == ["equivalent", "inconclusive"]
    undecided = next(each for each in verdicts if each.failed)
    assert "events from 1970-" in undecided.message
    assert "has an outcome" in undecided.message


def test_a_window_of_one_class_is_judged_by_the_metrics_it_defines(
    windowed: Callable[..., Contract], toy: ModuleType
) -> None:
    """An area under the curve needs both classes: it is listed, and log-loss decides."""

    class Sure(toy.Events):  # type: ignore[misc, name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            table = super().window(start, end, known_by=known_by)
            if start != 33 * toy.DAY:
                return table
            return table.set_column(3, "outcome", [[False] * table.num_rows])

    with Sides(windowed(), Sure(), candidate=toy.Learner(), reference=toy.Learner()) as sides:
        verdicts = [judge(item, sides) for item in items(sides.contract)]
    assert [each.status for each in verdicts] == ["equivalent", "equivalent"]
    assert verdicts[1].message.endswith("roc_auc undefined on these rows")


@pytest.mark.parametrize(
    ("tolerance", "message"),
    [
        ({"windows": 6}, "6 windows judged on 7d each, after some time .* do not go into"),
        ({"windows": 5, "window": "6d"}, "after 6d to fit on"),
        ({"horizon": "1d"}, "expected 2d or more, got 1d"),
        ({"horizon": "a week"}, "expected a duration, got 'a week'"),
        ({"window": "0"}, "expected some time or null"),
        ({"windows": 0}, "windows"),
        ({"margin": {"log_loss": 0.1}}, "a margin for each of log_loss, roc_auc"),
    ],
)
def test_windows_that_do_not_go_into_the_span_are_refused_before_any_fit(
    windowed: Callable[..., Contract], tolerance: dict[str, Any], message: str
) -> None:
    """Malformed durations, and more windows than the span has time for."""
    with pytest.raises(ContractError, match=message):
        items(windowed(**tolerance))
