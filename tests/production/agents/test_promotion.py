from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.errors import ConflictError, IncompatibleError, IntegrityError
from contracts.moment import DAY, END_OF_TIME
from production.agents.progress import Pending
from production.agents.promotion import CHAMPION, PromotionAgent
from production.artifacts.listing import LISTING
from production.generation.description import FILE as DESCRIPTION
from production.generation.description import describe
from production.generation.loader import Loader
from production.registry.aliases import Aliases
from production.registry.manifests import Manifests
from production.serving.engine import Engine
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("toy")


def promote(built: Any, candidate: Any, moment: int, agent: Any = None) -> str | None:
    """Promote a candidate as if a training had made it, and return why it could not serve."""
    training = built.progress.training.load()
    pending = (*training.pending, Pending(asked=moment, ready=moment, candidate=candidate))
    built.progress.training.save(msgspec.structs.replace(training, pending=pending), moment)
    return (agent or built.agents.promotion).step(moment)


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
    """Compare-and-swap: whoever read an old revision gets an error, and writes nothing."""
    built, _ = operation("gate=open", until=16).run()
    current = built.manifests.current("toy")
    built.manifests.publish("toy", current.document, revision=1, moment=0)
    monkeypatch.setattr(Manifests, "current", lambda *_: current)
    before = built.progress.promotion.load()
    with pytest.raises(ConflictError):
        promote(built, built.engine.deployed.manifest.champion, 16 * DAY)
    assert built.progress.promotion.load() == before
    assert Aliases(built.database).current("toy", CHAMPION).revision == 1


def test_dispatch_is_drawn_by_the_seed(operation: Callable[..., Any]) -> None:
    """Another seed salts the draw with another word."""
    salts = {
        operation(f"seed={seed}", until=14, state=f"s{seed}").run()[0].engine.deployed.manifest.salt
        for seed in (0, 1)
    }
    assert len(salts) == 2


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
    assert "fulfils contract 2.0.0" in promote(built, other, 16 * DAY)
    built.agents.serving.step(17 * DAY)
    assert built.engine.deployed.manifest is before.manifest
    assert len(Manifests(built.database).all("toy")) == 1
    assert built.loader._artifacts.open(other.artifact).is_dir()


def test_a_candidate_of_an_older_document_is_named_by_its_artifact(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """A pending candidate that was written down without its version is offered with it."""
    built, _ = operation("gate=open", until=16).run()
    older = relabelled(built, built.engine.deployed.manifest.champion, "1.0.7", tmp_path / "room")
    assert promote(built, older, 16 * DAY) is None
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
    promotion = PromotionAgent(
        product="toy",
        contract="2.0.0",
        selector="champion",
        aliases=Aliases(built.database),
        manifests=built.manifests,
        loader=loader,
        artifacts=artifacts,
        progress=built.progress,
        database=built.database,
        offered=3,
    )
    before = built.manifests.current("toy")
    with pytest.raises(IncompatibleError, match=r"fulfils contract 1\.0\.0"):
        engine.deploy(read(before.document), revision=before.revision)
    candidate = relabelled(built, champion, "2.0.0", tmp_path / "room")
    assert promote(built, candidate, 16 * DAY, promotion) is None
    manifest = read(built.manifests.current("toy").document)
    assert [each.contract for each in manifest.candidates] == ["2.0.0"]


def test_a_manifest_of_the_first_format_is_restored(operation: Callable[..., Any]) -> None:
    """It named one version for all its candidates; a state folder that holds one loads."""
    built, _ = operation("gate=open", until=16).run()
    current = Manifests(built.database).current("toy")
    document = json.loads(json.dumps(current.document))
    document["format"] = 1
    for each in (document["champion"], *document["candidates"]):
        del each["contract"]
    Manifests(built.database).publish("toy", document, revision=current.revision, moment=0)
    built.agents.serving.step(17 * DAY)
    manifest = built.engine.deployed.manifest
    assert (manifest.format, manifest.champion.contract) == (2, "1.0.0")
    assert built.engine.deployed.revision == 2
