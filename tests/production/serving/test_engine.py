from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import IntegrityError, StateError
from contracts.ports import KEY
from contracts.schema.record import decoder
from production.artifacts.store import LocalArtifacts
from production.generation import Description, pack
from production.selectors.champion import Champion
from production.selectors.latest import Latest
from production.selectors.selector import Candidate
from production.selectors.single import Single
from production.serving.engine import Engine
from production.serving.manifest import Manifest

if TYPE_CHECKING:
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
    made = []
    for number in (1, 2, 3):
        room = tmp_path / f"room-{number}"
        room.mkdir()
        model = toy.Rates(np.full(3, number / 10))
        golden = requests.slice(0, 20).select(list(INPUTS))
        pack(room, model, description=DESCRIPTION, golden=golden)
        artifact = store.publish(room)
        made.append(Candidate(release="1.0.0", generation=number, artifact=artifact))
    return made


def manifest(*candidates: Candidate, champion: Candidate | None = None) -> Manifest:
    """Return a manifest that offers candidates, the first one the champion."""
    return Manifest(
        product="toy",
        contract="1.0.0",
        candidates=candidates,
        champion=champion or candidates[0],
        selector="any",
        salt="toy:0:1",
    )


def engine(store: LocalArtifacts, toy: Any, selector: Any) -> Engine:
    """Return an engine."""
    return Engine(artifacts=store, kind=toy.Rates, selector=selector, inputs=INPUTS)


@pytest.mark.parametrize(
    ("selector", "expected"), [(Champion(), 0.1), (Latest(), 0.2)], ids=["champion", "latest"]
)
def test_the_selector_decides_who_serves(  # noqa: PLR0917 - fixtures are arguments
    store: LocalArtifacts,
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    selector: Any,
    expected: float,
) -> None:
    """The champion is what the alias names, the latest the newest; either serves with certainty."""
    serving = engine(store, toy, selector)
    serving.deploy(manifest(*candidates[:2]), revision=4)
    served = serving.serve(requests, None)
    assert np.array_equal(served.predictions, np.full((400, 1), expected))
    assert set(served.propensity) == {1.0}
    assert served.manifest == 4


def test_two_candidates_dispatch_by_key_with_their_propensity(
    store: LocalArtifacts, toy: Any, candidates: list[Candidate], requests: pa.Table
) -> None:
    """A key stays with its candidate, alone or in a batch, and its share is told."""
    serving = engine(store, toy, toy.Halves())
    serving.deploy(manifest(*candidates[:2]), revision=1)
    served = serving.serve(requests, None)
    by_key: dict[str, set[float]] = {}
    for key, value in zip(requests[KEY].to_pylist(), served.predictions[:, 0], strict=True):
        by_key.setdefault(key, set()).add(float(value))
    assert all(len(values) == 1 for values in by_key.values())
    assert {value for values in by_key.values() for value in values} == {0.1, 0.2}
    assert set(served.propensity) == {0.5}
    numbers = np.array([each.generation for each in served.candidates])[served.chosen]
    assert np.array_equal(numbers / 10, served.predictions[:, 0])
    for at in (0, 17, 101):
        assert serving.serve(requests.slice(at, 1), None).predictions == served.predictions[at]


def test_one_record_is_served_as_the_batch_serves_it(
    store: LocalArtifacts,
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    contract: Contract,
) -> None:
    """The same key, the same generation, the same number."""
    serving = engine(store, toy, toy.Halves())
    serving.deploy(manifest(*candidates[:2]), revision=1)
    convert = decoder(contract.input_columns).convert
    found = [
        serving.one(row[KEY], convert({name: row[name] for name in INPUTS}), None)[0]
        for row in requests.slice(0, 40).to_pylist()
    ]
    assert found == serving.serve(requests, None).predictions[:40, 0].tolist()


@pytest.mark.parametrize("selector", ["Raises", "Strange", "Single"])
def test_a_selector_that_fails_falls_back_to_the_champion(
    store: LocalArtifacts,
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    selector: str,
) -> None:
    """Whatever it raises or names that the manifest does not offer; it is counted."""
    failing = Single() if selector == "Single" else getattr(toy, selector)()
    serving = engine(store, toy, failing)
    serving.deploy(manifest(*candidates, champion=candidates[1]), revision=1)
    served = serving.serve(requests, None)
    assert np.array_equal(served.predictions, np.full((400, 1), 0.2))
    assert served.candidates == (candidates[1],)
    assert set(served.propensity) == {1.0}
    assert serving.fallbacks == 1


def test_a_bundle_serves_its_only_candidate(
    store: LocalArtifacts, toy: Any, candidates: list[Candidate], requests: pa.Table
) -> None:
    """The single selector takes what there is."""
    serving = engine(store, toy, Single())
    serving.deploy(manifest(candidates[2]), revision=1)
    assert serving.serve(requests, None).predictions[0, 0] == 0.3
    assert serving.fallbacks == 0


def test_a_broken_candidate_leaves_the_engine_on_the_old_manifest(
    store: LocalArtifacts,
    toy: Any,
    candidates: list[Candidate],
    requests: pa.Table,
    tmp_path: Path,
) -> None:
    """Nothing is swapped before everything is loaded and verified."""
    serving = engine(store, toy, Latest())
    serving.deploy(manifest(candidates[0]), revision=1)
    file = tmp_path / "artifacts" / "published" / candidates[1].artifact / "golden.arrow"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    with pytest.raises(IntegrityError):
        serving.deploy(manifest(*candidates[:2]), revision=2)
    assert serving.deployed.revision == 1
    assert serving.serve(requests, None).predictions[0, 0] == 0.1


def test_a_candidate_that_fails_its_golden_set_is_not_deployed(
    store: LocalArtifacts, toy: Any, candidates: list[Candidate]
) -> None:
    """Every byte may be as published: what counts is that it still predicts what it did."""
    serving = Engine(artifacts=store, kind=toy.Rates, selector=Champion(), inputs=INPUTS)
    serving.deploy(manifest(candidates[0]), revision=1)
    serving._kind = toy.Unreadable
    with pytest.raises(IntegrityError, match="does not load"):
        serving.deploy(manifest(candidates[1]), revision=2)
    assert serving.deployed.manifest.champion == candidates[0]


def test_what_is_loaded_already_is_not_read_again(
    store: LocalArtifacts, toy: Any, candidates: list[Candidate]
) -> None:
    """A manifest that adds a candidate keeps the models of the others."""
    serving = engine(store, toy, Champion())
    serving.deploy(manifest(candidates[0]), revision=1)
    first = serving.champion
    serving.deploy(manifest(*candidates), revision=2)
    assert serving.champion is first


def test_nothing_serves_before_a_deployment(
    store: LocalArtifacts, toy: Any, requests: pa.Table
) -> None:
    """An engine without a manifest says what to do, and has no champion."""
    serving = engine(store, toy, Champion())
    assert serving.champion is None
    with pytest.raises(StateError, match="nothing is deployed"):
        serving.serve(requests, None)


def test_a_manifest_of_an_unknown_artifact_is_refused(
    store: LocalArtifacts, toy: Any, candidates: list[Candidate]
) -> None:
    """The engine serves what is in the store, and nothing else."""
    strange = replace(candidates[0], artifact="0" * 64)
    with pytest.raises(StateError, match="unknown artifact"):
        engine(store, toy, Champion()).deploy(manifest(strange), revision=1)
