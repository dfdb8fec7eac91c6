"""What a verdict is decided by, read from runs and contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.contract.terms import ClauseTerm
from contracts.moment import DAY
from production.backtest.evidence import margin_of

if TYPE_CHECKING:
    from contracts.contract import Contract
    from production.backtest.result import RunResult


def with_margin(contract: Contract, margin: object) -> Contract:
    """Return the contract with a clause `metric`."""
    clause = ClauseTerm(name="metric", pair="same_data", tolerance={"margin": margin})
    return replace(contract, clauses=(*contract.clauses, clause))


@pytest.mark.parametrize(
    ("margin", "own", "value", "source"),
    [
        (0.003, None, 0.003, "the contract's margin"),
        ({"log_loss": 0.004, "brier": 0.1}, None, 0.004, "the contract's margin"),
        ({"brier": 0.1}, None, 0.006, "1% of its score"),
        (0.003, 0.02, 0.02, "task.options.margin"),
    ],
)
def test_the_margin_is_the_contracts_unless_said(
    contract: Contract, margin: object, own: float | None, value: float, source: str
) -> None:
    """Of its main metric; without any, a share of the static generation's score."""
    found = margin_of(with_margin(contract, margin), 0.6, own=own)
    assert (found.value, found.source) == (pytest.approx(value), source)


def test_a_static_generation_grows_old(results: dict[str, RunResult]) -> None:
    """Its data are as old as the requests are late."""
    result = results["open"]
    (generation,) = result.run.generations
    age = np.mean(result.run.requests - generation.known_by) / DAY
    assert result.evidence.cost.staleness_days == pytest.approx(age)
    assert result.evidence.cost.trainings == result.evidence.cost.promoted == 0


def test_refreshes_keep_the_data_young(results: dict[str, RunResult]) -> None:
    """Younger than without."""
    old, young = (results[name].evidence.cost for name in ("open", "adaptive"))
    assert young.staleness_days < old.staleness_days
    assert young.promoted == len(results["adaptive"].run.generations) - 1 > 0
