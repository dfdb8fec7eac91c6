"""References: fitted once for each generation, and kept in the form in which they are exported."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.data.labelled import labelled_rows
from contracts.data.memory import Memory
from contracts.moment import DAY
from production.agents.parity.references import References
from production.registry.generations import Generation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    import pyarrow as pa

    from contracts.contract import Contract

GENERATION = Generation(
    product="toy",
    release="1.0.0",
    number=1,
    artifact="a" * 64,
    contract_version="1.0.0",
    created_at=9 * DAY,
    start=0,
    end=9 * DAY,
    known_by=9 * DAY,
    rows=0,
    seed=3,
    params={},
    reason="initial",
    scores={},
)


@pytest.fixture
def rows(contract: Contract, history: pa.Table) -> Any:
    """Fetches the small product's rows."""
    return partial(labelled_rows, Memory(history), target=contract, inputs=contract.inputs)


@pytest.fixture
def generation(rows: Any) -> Generation:
    """A generation of all rows of nine days."""
    return replace(GENERATION, rows=len(rows(0, 9 * DAY, known_by=9 * DAY)))


@pytest.fixture
def references(
    contract: Contract, history: pa.Table, rows: Any, toy: ModuleType, tmp_path: Path
) -> Callable[..., References]:
    """Makes the references, as a process that starts now would."""

    def make(learner: Any, *, revises: bool = False) -> References:
        return References(
            folder=tmp_path / "parity",
            learner=learner,
            kind=toy.Rates,
            contract=contract,
            golden=history.slice(0, 30).select([*contract.inputs]),
            rows=rows,
            chosen=lambda ids: np.ones(len(ids), bool),
            over=DAY,
            least=10,
            revises=revises,
        )

    return make


def files(folder: Path) -> list[Path]:
    """Return the files of the one reference that is kept."""
    (kept,) = [path for path in folder.iterdir() if path.is_dir()]
    return sorted(kept.rglob("*.*"))


def test_fitted_once(
    references: Callable[..., References], generation: Generation, toy: ModuleType, tmp_path: Path
) -> None:
    """To the generation's rows; another process reads it back, and only the newest is kept."""
    learner = toy.Learner()
    one = references(learner)
    first = one.of(generation)
    assert one.of(generation) is first
    again = references(learner).of(generation)
    assert (learner.fits, learner.seen[0].num_rows) == (1, generation.rows)
    golden = first.profile
    assert again.profile == golden
    assert {path.suffix for path in files(tmp_path / "parity")} == {".json", ".arrow"}
    one.of(replace(generation, number=2))
    assert learner.fits == 2
    assert len(files(tmp_path / "parity")) == 4


def test_what_is_damaged_is_fitted_anew(
    references: Callable[..., References], generation: Generation, toy: ModuleType, tmp_path: Path
) -> None:
    """Since it does not reproduce its golden set."""
    learner = toy.Learner()
    references(learner).of(generation)
    (state,) = [path for path in files(tmp_path / "parity") if path.name == "rates.json"]
    state.write_text(json.dumps([0.5, 0.5, 0.5]))
    assert references(learner).of(generation).model
    assert learner.fits == 2


@pytest.mark.parametrize(
    ("raises", "more", "why"),
    [(1, 0, "MemoryError: too many rows"), (0, 1, "it was trained on")],
)
def test_no_reference_says_why(
    references: Callable[..., References],
    generation: Generation,
    *,
    toy: ModuleType,
    raises: int,
    more: int,
    why: str,
) -> None:
    """Where research's code fails, or the source has other rows now; inputs are known still."""
    other = replace(generation, rows=generation.rows + more)
    reference = references(toy.Learner(raises=raises)).of(other)
    assert reference.model is None
    assert why in reference.why_not
    assert reference.profile.rows == generation.rows


def test_a_source_that_revises_rows_has_no_reference(
    references: Callable[..., References], generation: Generation, toy: ModuleType
) -> None:
    """A difference would be the source's, and the implementation would be blamed."""
    learner = toy.Learner()
    reference = references(learner, revises=True).of(generation)
    assert (reference.model, learner.fits) == (None, 0)
    assert "revises rows" in reference.why_not
