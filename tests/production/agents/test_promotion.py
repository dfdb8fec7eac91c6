from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.errors import ConflictError, IncompatibleError, IntegrityError, StateError
from contracts.moment import DAY, END_OF_TIME
from production.agents.promotion import CHAMPION, Promotion
from production.artifacts.listing import LISTING
from production.generation.description import FILE as DESCRIPTION
from production.generation.description import describe
from production.generation.loader import Loader
from production.registry.aliases import Aliases
from production.registry.manifests import Manifests
from production.serving.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("toy")


def corrupt(artifact: Path) -> None:
    """Change one byte of an artifact's model."""
    file = artifact / "model" / "rates.json"
    content = bytearray(file.read_bytes())
    content[3] ^= 1
    file.chmod(0o644)
    file.write_bytes(bytes(content))


def test_a_corrupt_generation_never_serves_and_the_old_one_serves_on(
    operation: Callable[..., Any],
) -> None:
    """A byte changes while it waits: it is moved aside, and nothing points to it."""
    asked = operation("gate=open", "training_takes=1d", until=22)
    built = asked.build()
    steps = built.loop.steps()
    while next(steps).at < 18 * DAY:
        pass
    broken = built.generations.all("toy")[1].artifact
    corrupt(asked.state / "artifacts" / "published" / broken)
    told = {step.at: step.broken for step in steps}
    assert "differs from its listed digest" in told[19 * DAY]
    assert set(built.events.served("toy", 0, END_OF_TIME).generation.tolist()) == {1}
    assert built.engine.deployed.manifest.champion.generation == 1
    assert Aliases(built.database).current("toy", CHAMPION).generation == 1
    assert len(Manifests(built.database).all("toy")) == 1
    aside = asked.state / "artifacts" / "quarantined" / f"{broken}.1"
    assert "differs" in (aside / "reason.txt").read_text()


def test_after_a_broken_generation_the_next_one_is_promoted(operation: Callable[..., Any]) -> None:
    """What was moved aside does not stop the lifecycle, not even for a new process."""
    asked = operation("gate=open", "training_takes=1d", until=30)
    built = asked.build()
    steps = built.loop.steps()
    while next(steps).at < 18 * DAY:
        pass
    steps.close()
    corrupt(asked.state / "artifacts" / "published" / built.generations.all("toy")[1].artifact)
    again, _ = asked.run()
    events = again.events.served("toy", 0, END_OF_TIME)
    assert sorted(set(events.generation.tolist())) == [1, 3]
    assert events.time[events.generation == 3].min() >= 25 * DAY


def test_a_promotion_moves_alias_manifest_and_engine_together(
    operation: Callable[..., Any],
) -> None:
    """After each, the three name the same generation, at one revision more."""
    built, _ = operation("gate=open", until=26).run()
    manifests = Manifests(built.database).all("toy")
    assert [each.document["champion"]["generation"] for each in manifests] == [1, 2, 3]
    assert [each.created_at // DAY for each in manifests] == [12, 18, 24]
    alias = Aliases(built.database).current("toy", CHAMPION)
    assert (alias.generation, alias.revision) == (3, 3)
    assert built.engine.deployed.revision == 3


def test_a_promotion_that_lost_the_race_changes_nothing_here(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare-and-swap: who read an old revision is told, and their engine serves as before."""
    built, _ = operation("gate=open", until=16).run()
    manifests = Manifests(built.database)
    promotion = Promotion(
        product="toy",
        contract="1.0.0",
        selector="champion",
        aliases=Aliases(built.database),
        manifests=manifests,
        loader=built.loader,
        artifacts=built.loader._artifacts,
    )
    current = manifests.current("toy")
    manifests.publish("toy", current.document, revision=1, moment=0)
    monkeypatch.setattr(Manifests, "current", lambda *_: current)
    before = built.engine.deployed
    candidate = before.manifest.champion
    with pytest.raises(ConflictError), built.database.transaction():
        promotion.promote(candidate, 0, built.engine)
    assert built.engine.deployed is before
    assert Aliases(built.database).current("toy", CHAMPION).revision == 1


def test_dispatch_is_drawn_by_the_seed(operation: Callable[..., Any]) -> None:
    """Another seed salts the draw with another word."""
    salts = {
        operation(f"seed={seed}", until=14, state=f"s{seed}").run()[0].engine.deployed.manifest.salt
        for seed in (0, 1)
    }
    assert len(salts) == 2


def test_there_is_nothing_to_restore_before_the_first_promotion(
    operation: Callable[..., Any],
) -> None:
    """A process that claims to go on without a manifest is told."""
    built = operation().build()
    with pytest.raises(StateError, match="no manifest of toy yet"):
        built.loop._parts.promotion.restore(built.engine)


def test_a_corrupt_generation_in_service_is_not_restored(operation: Callable[..., Any]) -> None:
    """What served in memory is refused by the next process, which reads it from disk."""
    asked = operation("gate=open", until=30)
    built = asked.build()
    next(built.loop.steps())
    corrupt(asked.state / "artifacts" / "published" / built.generations.all("toy")[0].artifact)
    with pytest.raises(IntegrityError, match="differs from its listed digest"):
        next(asked.build().loop.steps())


def relabelled(built: Any, candidate: Any, version: str, room: Path) -> Any:
    """Publish a candidate's artifact anew, as one that fulfils another version."""
    copy = shutil.copytree(built.loader._artifacts.open(candidate.artifact), room)
    (copy / LISTING).unlink()
    said = msgspec.structs.replace(describe(copy), contract=version)
    (copy / DESCRIPTION).chmod(0o644)
    (copy / DESCRIPTION).write_bytes(msgspec.json.encode(said))
    artifact = built.loader._artifacts.publish(copy)
    return msgspec.structs.replace(candidate, artifact=artifact, contract="")


def test_a_generation_of_another_major_version_is_refused_and_kept(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """What serves serves on; nothing was broken, so nothing is moved aside."""
    built, _ = operation("gate=open", until=16).run()
    before = built.engine.deployed
    other = relabelled(built, before.manifest.champion, "2.0.0", tmp_path / "room")
    with pytest.raises(IntegrityError, match=r"fulfils contract 2\.0\.0"):
        built.loop._parts.promotion.promote(other, 16 * DAY, built.engine)
    assert built.engine.deployed is before
    assert len(Manifests(built.database).all("toy")) == 1
    assert built.loader._artifacts.open(other.artifact).is_dir()


def test_a_candidate_of_an_older_document_is_named_by_its_artifact(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """A pending candidate that was written down without its version is offered with it."""
    built, _ = operation("gate=open", until=16).run()
    older = relabelled(built, built.engine.deployed.manifest.champion, "1.0.7", tmp_path / "room")
    built.loop._parts.promotion.promote(older, 16 * DAY, built.engine)
    champion = Manifests(built.database).current("toy").document["champion"]
    assert champion["contract"] == "1.0.7"


def test_a_new_major_version_begins_a_manifest_anew(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """What fulfils the major version before is not offered beside it."""
    built, _ = operation("gate=open", until=16).run()
    champion = built.engine.deployed.manifest.champion
    contract = msgspec.structs.replace(built.engine._contract, version="2.0.0")
    artifacts = built.loader._artifacts
    loader = Loader(artifacts=artifacts, kind=built.loader._kind, contract=contract)
    engine = Engine(loader=loader, selector=built.engine._selector, contract=contract)
    promotion = Promotion(
        product="toy",
        contract="2.0.0",
        selector="champion",
        aliases=Aliases(built.database),
        manifests=Manifests(built.database),
        loader=loader,
        artifacts=artifacts,
        keep=3,
    )
    with pytest.raises(IncompatibleError, match=r"fulfils contract 1\.0\.0"):
        promotion.restore(engine)
    promotion.promote(relabelled(built, champion, "2.0.0", tmp_path / "room"), 16 * DAY, engine)
    assert [c.contract for c in engine.deployed.manifest.candidates] == ["2.0.0"]


def test_a_manifest_of_the_first_format_is_restored(operation: Callable[..., Any]) -> None:
    """It named one version for all its candidates; a state folder that holds one loads."""
    built, _ = operation("gate=open", until=16).run()
    current = Manifests(built.database).current("toy")
    document = json.loads(json.dumps(current.document))
    document["format"] = 1
    for each in (document["champion"], *document["candidates"]):
        del each["contract"]
    Manifests(built.database).publish("toy", document, revision=current.revision, moment=0)
    built.loop._parts.promotion.restore(built.engine)
    manifest = built.engine.deployed.manifest
    assert (manifest.format, manifest.champion.contract) == (2, "1.0.0")
    assert built.engine.deployed.revision == 2
