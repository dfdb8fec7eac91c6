"""Crafted generations: each is refused, or is the model that it was; nothing else comes of it."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.contract import latest
from contracts.errors import IncompatibleError, IntegrityError
from production.artifacts.store import LocalArtifacts
from production.generation.description import Candidate
from production.generation.loader import Loader
from production.generation.probe import Probe
from production.implementations.flights.model import FlightsModel
from tests.suites.hostile import CRAFTS, crafted, republish, sound

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Model

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

PUBLISHED = Path(__file__).parents[3] / "contracts" / "published"
#: The kinds of one test each: what a name of a craft begins with.
GROUPS = sorted({name.split()[0] for name in CRAFTS})
#: How many are changed at random, at every run and in `tox -e long`; a benchmark changes thousands.
CHANGED = [3, pytest.param(24, marks=pytest.mark.long)]


@pytest.fixture(scope="module")
def product() -> Contract:
    """The contract of the reference product, whose golden rows ship with it."""
    return latest(PUBLISHED, "flights")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The folder of an empty store."""
    LocalArtifacts(tmp_path / "store")
    return tmp_path / "store"


def load(store: Path, digest: str, contract: Contract) -> Model:
    """Load a generation as an engine does that did not pack it."""
    probe = Probe(FlightsModel, contract)
    loader = Loader(
        artifacts=LocalArtifacts(store), kind=FlightsModel, contract=contract, probe=probe
    )
    return loader.load(Candidate(release="1.0.0", generation=1, artifact=digest))


def test_the_sound_one_loads(store: Path, product: Contract, tmp_path: Path) -> None:
    """What the crafts below change is a generation that serves."""
    sound(tmp_path / "sound", product)
    assert load(store, republish(store, tmp_path / "sound"), product)


@pytest.mark.parametrize("group", GROUPS)
def test_a_crafted_generation_is_refused(
    store: Path, product: Contract, tmp_path: Path, group: str
) -> None:
    """One of each kind that an attacker with access to the store could make."""
    sound(tmp_path / "sound", product)
    for name in (name for name in CRAFTS if name.split()[0] == group):
        folder = tmp_path / "crafted"
        shutil.copytree(tmp_path / "sound", folder)
        digest = republish(store, folder, CRAFTS[name](folder, random.Random(0)))  # noqa: S311
        with pytest.raises((IntegrityError, IncompatibleError)):
            load(store, digest, product)


@pytest.mark.parametrize("changed", CHANGED)
def test_a_changed_generation_is_refused_or_still_the_same(
    store: Path, product: Contract, tmp_path: Path, changed: int
) -> None:
    """Bytes changed at random: whatever parses must still reproduce the golden set."""
    sound(tmp_path / "sound", product)
    changes = [*crafted(len(CRAFTS) + changed, seed=4)][len(CRAFTS) :]
    for number, (_, craft) in enumerate(changes):
        folder = tmp_path / "crafted"
        shutil.copytree(tmp_path / "sound", folder)
        digest = republish(store, folder, craft(folder, random.Random(number)))  # noqa: S311
        with suppress(IntegrityError, IncompatibleError):
            load(store, digest, product)
