from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from deliveries.candidate import CandidateLearner
from deliveries.contract import draft
from deliveries.proof import judged, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    import pyarrow as pa
    from deliveries.candidate import Candidate

    from contracts.contract import Contract

#: Once, not on every Python: three seeds each, and twenty in `tox -e long`.
pytestmark = pytest.mark.e2e
SEEDS = [
    *range(101, 104),
    *(pytest.param(seed, marks=pytest.mark.long) for seed in range(104, 121)),
]
#: The clauses that ask what a model is worth, not whether it is the same one.
WORTH = {"metric", "noise_floor", "subgroup"}


class Reseeded(CandidateLearner):
    """Fits with another seed than the given one."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Candidate:  # noqa: ARG002
        """Fit by the own seed."""
        return super().fit(rows, params=params, seed=self.seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_honest_retraining_is_not_refused(tmp_path: Path, seed: int) -> None:
    """Both sides fitted again with another seed pass every clause."""
    verdicts = judged(draft(tmp_path, seed=seed), CandidateLearner(), tmp_path / "none")
    assert statuses(verdicts) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_candidate_of_another_seed_scores_the_same(
    contract: Contract, tmp_path: Path, seed: int
) -> None:
    """If the candidate alone draws other numbers, the clauses that compare scores do not fail."""
    terms = tuple(term for term in contract.clauses if term.name in WORTH)
    of_scores = msgspec.structs.replace(contract, clauses=terms)
    assert statuses(judged(of_scores, Reseeded(seed), tmp_path)) == {}
