from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.equivalence.case import Case
from contracts.equivalence.clauses.golden import GoldenClause
from contracts.equivalence.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from contracts.contract import Contract


def replay(contract: Contract, source: Any, learner: Any, **tolerance: float) -> Any:
    """Judge a learner by the golden clause alone."""
    with Sides(contract, source, candidate=learner) as sides:
        return GoldenClause(**tolerance)(Case(sides, "recorded"))


def test_the_recorded_side_replays_itself_exactly(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Research's own solution gives what it recorded, to the bit."""
    verdict = replay(write(tmp_path), toy.Events(), toy.Learner())
    assert (verdict.status, verdict.observed) == ("equivalent", 1.0)
    assert verdict.evidence["worst"] == []


@pytest.mark.parametrize(
    ("tolerance", "status"),
    [
        ({"absolute": 0.5}, "equivalent"),
        ({"relative": 0.9}, "equivalent"),
        ({"absolute": 0.0}, "different"),
        ({"absolute": 0.02, "fraction": 0.3}, "equivalent"),
        ({"absolute": 0.02, "fraction": 1.0}, "different"),
    ],
)
def test_each_field_decides_which_rows_are_allowed(
    write: Callable[..., Contract],
    toy: ModuleType,
    tmp_path: Path,
    tolerance: dict[str, float],
    status: str,
) -> None:
    """The absolute and the relative difference and the share of rows each allow more."""
    learner = toy.Learner(prior=4.0)
    verdict = replay(write(tmp_path), toy.Events(), learner, **tolerance)
    assert verdict.status == status


def test_the_evidence_names_the_worst_rows(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The inputs with the largest differences are shown, the worst first."""
    evidence = replay(write(tmp_path), toy.Events(), toy.Learner(model="swapped")).evidence
    gaps = [abs(row["recorded"][0] - row["replayed"][0]) for row in evidence["worst"]]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == pytest.approx(evidence["largest"])
    assert {*evidence["worst"][0]["inputs"]} == {"colour", "size"}


def test_a_record_predicted_unlike_its_batch_is_caught(
    write: Callable[..., Contract],
    toy: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Records are predicted one by one too, as requests are, null included."""

    def one(model: Any, record: Any) -> tuple[float, ...]:
        return (0.0 if record.size is None else float(model.means[0, 0]),)

    monkeypatch.setattr(toy.Cells, "one", one)
    verdict = replay(write(tmp_path), toy.Events(), toy.Learner(), absolute=0.01)
    assert verdict.status == "different"
    assert verdict.evidence["way"] == "one by one"
