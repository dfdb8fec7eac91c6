"""Generations of the small product in a store, and an engine that may serve them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from production.artifacts.store import LocalArtifacts
from production.generation.description import Candidate, Description
from production.generation.files import pack
from production.generation.loader import Loader
from production.serving.engine import Engine
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract

INPUTS = ("colour", "size")
DESCRIPTION = Description(product="toy", contract="1.0.0", inputs=INPUTS, k=1)


@pytest.fixture
def requests(history: pa.Table) -> pa.Table:
    """A few hundred requests, by seventeen keys."""
    return history.slice(0, 400)


@pytest.fixture
def store(tmp_path: Path) -> LocalArtifacts:
    """Artifacts."""
    return LocalArtifacts(tmp_path / "artifacts")


@pytest.fixture
def candidates(
    store: LocalArtifacts, toy: Any, requests: pa.Table, tmp_path: Path
) -> list[Candidate]:
    """Three generations: each predicts its own constant."""
    published = []
    for number in (1, 2, 3):
        folder = tmp_path / f"folder-{number}"
        folder.mkdir()
        model = toy.Rates(np.full(3, number / 10))
        golden = requests.slice(0, 20).select(list(INPUTS))
        pack(folder, model, description=DESCRIPTION, golden=golden)
        artifact = store.publish(folder)
        published.append(
            Candidate(release="1.0.0", generation=number, artifact=artifact, contract="1.0.0")
        )
    return published


@pytest.fixture
def engine(store: LocalArtifacts, toy: Any, contract: Contract) -> Callable[[Any], Engine]:
    """Builds an engine of the small product with a selector."""
    return lambda selector: Engine(
        loader=Loader(artifacts=store, kind=toy.Rates, contract=contract),
        selector=selector,
        contract=contract,
    )


@pytest.fixture
def offer(
    store: LocalArtifacts, toy: Any, requests: pa.Table, tmp_path: Path
) -> Callable[..., Candidate]:
    """Publishes a generation with changes to its description, and returns it as a candidate."""

    def make(**changes: Any) -> Candidate:
        folder = tmp_path / f"of-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        golden = requests.slice(0, 20).select(list(INPUTS))
        description = replace(DESCRIPTION, **changes)
        pack(folder, toy.Rates(np.full(3, 0.7)), description=description, golden=golden)
        artifact = store.publish(folder)
        return Candidate(
            release="1.0.0", generation=9, artifact=artifact, contract=description.contract
        )

    return make


@pytest.fixture
def manifest() -> Callable[..., Manifest]:
    """Builds a manifest of candidates: the first one the champion, the others arms by number."""

    def make(*candidates: Candidate, champion: Candidate | None = None) -> Manifest:
        champion = champion or candidates[0]
        others = {f"arm-{each.generation}": each for each in candidates if each != champion}
        return Manifest(
            product="toy",
            contract="1.0.0",
            arms={"champion": champion, **others},
            selector="any",
            salt="toy:0:1",
        )

    return make


@pytest.fixture
def deployed(
    engine: Callable[[Any], Engine], manifest: Callable[..., Manifest]
) -> Callable[..., Engine]:
    """Builds an engine that serves a manifest of candidates with a selector."""

    def make(selector: Any, *candidates: Candidate, revision: int = 1, **options: Any) -> Engine:
        serving = engine(selector)
        serving.deploy(manifest(*candidates, **options), revision=revision)
        return serving

    return make
