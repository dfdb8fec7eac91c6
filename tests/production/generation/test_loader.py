from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError, StateError
from production.artifacts.store import LocalArtifacts
from production.generation.description import Candidate, Description
from production.generation.files import pack, unpack
from production.generation.loader import Loader

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.errors import LiaisonError


@pytest.fixture
def store(tmp_path: Path) -> LocalArtifacts:
    """An empty store."""
    return LocalArtifacts(tmp_path / "artifacts")


@pytest.fixture
def candidate(store: LocalArtifacts, toy: Any, history: pa.Table, tmp_path: Path) -> Candidate:
    """A generation in the store."""
    folder = tmp_path / "generation"
    folder.mkdir()
    about = Description(product="toy", contract="1.0.0", inputs=("colour", "size"), k=1)
    golden = history.slice(0, 20).select(["colour", "size"])
    pack(folder, toy.Rates(np.full(3, 0.5)), description=about, golden=golden)
    artifact = store.publish(folder)
    return Candidate(release="1.0.0", generation=1, artifact=artifact, contract="1.0.0")


@pytest.fixture
def loader(store: LocalArtifacts, toy: Any, contract: Contract) -> Loader:
    """A loader of the small product's generations."""
    return Loader(artifacts=store, kind=toy.Rates, contract=contract)


def test_a_generation_is_loaded_once_until_it_is_forgotten(
    loader: Loader, candidate: Candidate, history: pa.Table
) -> None:
    """Those that a manifest offers are retained, the others are read again when needed."""
    model = loader.load(candidate)
    assert set(model.predict(history)[:, 0]) == {0.5}
    loader.retain([candidate])
    assert loader.load(candidate) is model
    loader.retain([])
    assert loader.load(candidate) is not model


@pytest.mark.parametrize(
    ("reader", "error"),
    [("", IntegrityError), ("Unreadable", IntegrityError), ("Rates", IncompatibleError)],
)
def test_what_another_class_wrote_is_not_taken_for_broken(
    reader: str,
    error: type[LiaisonError],
    *,
    store: LocalArtifacts,
    toy: Any,
    contract: Contract,
    history: pa.Table,
    tmp_path: Path,
) -> None:
    """Served under another lifecycle than it was trained for, it must not be moved aside."""
    folder = tmp_path / "generation"
    folder.mkdir()
    named = f"{toy.__name__}.{reader}" if reader else ""
    about = Description(
        product="toy", contract="1.0.0", inputs=("colour", "size"), k=1, reader=named
    )
    golden = history.slice(0, 20).select(["colour", "size"])
    pack(folder, toy.Rates(np.full(3, 0.5)), description=about, golden=golden)
    candidate = Candidate(release="1.0.0", generation=1, artifact=store.publish(folder))
    with pytest.raises(error) as raised:
        Loader(artifacts=store, kind=toy.Unreadable, contract=contract).load(candidate)
    hint = raised.value.hint or ""
    assert ("lifecycle=adaptive" in hint) == (error is IncompatibleError)
    assert Loader(artifacts=store, kind=toy.Rates, contract=contract).load(candidate)


def test_a_candidate_without_a_version_is_named_by_its_artifact(
    loader: Loader, candidate: Candidate
) -> None:
    """Older documents do not state it; one that is stated is not read again."""
    assert loader.named(replace(candidate, contract="")) == candidate
    unknown = replace(candidate, artifact="0" * 64)
    assert loader.named(unknown) is unknown
    with pytest.raises(StateError, match="unknown artifact"):
        loader.load(unknown)


def test_what_was_read_back_when_it_was_packed_is_not_read_again(
    store: LocalArtifacts, loader: Loader, candidate: Candidate, toy: Any, contract: Contract
) -> None:
    """Its files are verified all the same, and messages name it as the candidate."""
    packed = unpack(store.open(candidate.artifact), toy.Rates, contract)
    loader.trust(candidate.artifact, packed)
    file = next(store.open(candidate.artifact).rglob("rates.json"))
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(content + b" ")
    with pytest.raises(IntegrityError, match=r"rates\.json"):
        loader.load(candidate)
    file.write_bytes(content)
    model = loader.load(candidate)
    with pytest.raises(IntegrityError, match=r"1\.0\.0/1: fails to predict"):
        model.one(None)
    assert loader.load(candidate) is model
