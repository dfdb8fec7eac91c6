from __future__ import annotations

import pytest

from production.agents.rules.reproduction import Reproduced
from tests.production.agents.rules.evidence import evidence


@pytest.mark.parametrize(
    ("moved", "steps", "verdict"),
    [
        (0.001, (0.02, 0.01, 0.03), "passed"),
        (0.0021, (0.02, 0.01, 0.03), "failed"),
        (9.0, (0.02, 0.01), "passed"),
    ],
)
def test_the_champion_fitted_anew_moves_by_a_tenth_of_a_usual_step_at_most(
    moved: float, steps: tuple[float, ...], verdict: str
) -> None:
    """Where there is no usual step yet, nobody can tell what is much."""
    finding = Reproduced(0.1).find(evidence(measures={"reproduced": moved}, steps=steps))
    assert finding.verdict == verdict
