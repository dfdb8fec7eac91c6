from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.equivalence.case import Case
from contracts.equivalence.clauses.metric import MetricClause
from contracts.equivalence.sides import Sides
from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.contract.terms import Terms


def compare(contract: Contract, toy: ModuleType, learner: Any, **tolerance: Any) -> Any:
    """Judge a learner by the metric clause alone."""
    with Sides(contract, toy.Events(), candidate=learner, reference=toy.Learner()) as sides:
        return MetricClause(repeats=200, **tolerance)(Case(sides, "same_data"))


def test_equal_sides_differ_by_nothing(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The paired difference of a side with itself has no width."""
    verdict = compare(write(tmp_path), toy, toy.Learner(), margin=1e-9)
    assert verdict.status == "equivalent"
    assert verdict.evidence["metrics"]["roc_auc"] == {
        "value": 0.0,
        "low": 0.0,
        "high": 0.0,
        "level": 0.9,
        "margin": 1e-9,
        "status": "equivalent",
        "rows_needed": 600,
    }


def test_an_undecided_difference_says_how_many_rows_would_do(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """An interval across the margin proves nothing, and fails."""
    verdict = compare(write(tmp_path), toy, toy.Learner(prior=4.0), margin=0.003)
    assert verdict.status == "inconclusive"
    assert verdict.failed
    assert "600 rows of 11 days do not decide, about" in verdict.message


def test_each_metric_may_have_its_own_margin(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Each metric has its own margin; the worst result is the clause's."""
    margins = {"log_loss": 1.0, "roc_auc": 0.001}
    verdict = compare(write(tmp_path), toy, toy.Learner(model="flat"), margin=margins)
    statuses = {name: each["status"] for name, each in verdict.evidence["metrics"].items()}
    assert statuses == {"log_loss": "equivalent", "roc_auc": "different"}
    assert (verdict.status, verdict.limit) == ("different", 0.001)


def test_a_single_day_proves_nothing(
    write: Callable[..., Contract], terms: Callable[..., Terms], toy: ModuleType, tmp_path: Path
) -> None:
    """A test window of one day has a score, but no way to tell how certain it is."""
    learning = msgspec.structs.replace(
        terms().learning, test_end=terms().learning.test_start + 5 * toy.HOUR, day_offset="5h"
    )
    contract = write(tmp_path, learning=learning)
    verdict = compare(contract, toy, toy.Learner(prior=4.0), margin=0.5)
    assert verdict.status == "inconclusive"
    assert "of 1 day do not decide" in verdict.message
    assert verdict.evidence["metrics"]["log_loss"]["low"] is None
    assert compare(contract, toy, toy.Learner(), margin=1e-9).status == "equivalent"


def test_the_first_contracts_tolerance_is_still_read() -> None:
    """A margin alone, as in the first contracts, or all three fields."""
    assert msgspec.convert({"margin": 0.002}, MetricClause) == MetricClause(margin=0.002)
    assert msgspec.convert({"margin": {"mae": 1}, "alpha": 0.1, "repeats": 100}, MetricClause)


def test_a_metric_without_a_margin_is_refused(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Margins by name have to cover every metric of the contract."""
    with pytest.raises(ContractError, match="a margin for each of log_loss, roc_auc"):
        compare(write(tmp_path), toy, toy.Learner(), margin={"log_loss": 1.0})


def test_a_metric_that_no_row_defines_proves_nothing(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """The whole window has to define every metric, else even equal sides are inconclusive."""

    class Sure(toy.Events):  # type: ignore[misc, name-defined]
        def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
            table = super().window(start, end, known_by=known_by)
            if start < toy.CUT * toy.DAY:
                return table
            return table.set_column(3, "outcome", [[False] * table.num_rows])

    with Sides(write(tmp_path), Sure(), candidate=toy.Learner(), reference=toy.Learner()) as sides:
        verdict = MetricClause(margin=0.5, repeats=200)(Case(sides, "same_data"))
    assert verdict.status == "inconclusive"
    assert verdict.message.startswith("roc_auc is undefined on these 600 rows")


def test_each_of_two_metrics_is_tested_for_a_difference_at_half_of_alpha(
    write: Callable[..., Contract], toy: ModuleType, tmp_path: Path
) -> None:
    """Two metrics together may be wrong as often as one."""
    verdict = compare(write(tmp_path), toy, toy.Learner(model="flat"), margin=0.001, alpha=0.04)
    levels = {name: each["level"] for name, each in verdict.evidence["metrics"].items()}
    assert levels == pytest.approx({"log_loss": 0.96, "roc_auc": 0.96})
