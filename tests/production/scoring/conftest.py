"""A generation of the small product, and a table of its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.artifacts.store import LocalArtifacts
from production.scoring.part import Scorer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import pyarrow as pa

    from tests.production.conftest import Operation


@pytest.fixture(scope="module")
def scorer(
    operations: Callable[..., Operation],
    toy: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scorer:
    """Predicts by the first generation, and keeps the ids."""
    operation = operations(tmp_path_factory.mktemp("scorer"), until=13)
    with operation.open() as assembly:
        list(assembly.loop.steps())
        candidate = assembly.engine.deployed.manifest.champion
        folder = LocalArtifacts(operation.state / "artifacts").open(candidate.artifact)
    return Scorer(
        contract=operation.product.contract.folder,
        generation=folder,
        name=candidate.name,
        kind=toy.Rates,
        keep=("id",),
    )


@pytest.fixture(scope="session")
def requests(history: pa.Table) -> pa.Table:
    """A thousand requests, each with its id and with a column that no contract knows."""
    return history.slice(0, 1_000).select(["id", "size", "colour", "key"])
