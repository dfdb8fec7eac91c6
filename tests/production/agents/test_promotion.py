from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.errors import ConflictError, IncompatibleError, IntegrityError, StateError
from contracts.moment import DAY, END_OF_TIME
from production.agents.progress import Pending
from production.agents.promotion import PromotionAgent
from production.artifacts import store
from production.artifacts.listing import LISTING
from production.generation.description import FILE as DESCRIPTION
from production.generation.description import describe
from production.generation.loader import Loader
from production.registry.agent_decisions import AgentDecisions, DecisionLog
from production.registry.aliases import Aliases
from production.registry.decisions import Decisions, RecordedDecision
from production.registry.manifests import Manifests
from production.selectors.port import CHAMPION
from production.serving.engine import Engine
from production.serving.manifest import read
from production.serving.publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("toy")


def promote(assembly: Any, candidate: Any, moment: int, agent: Any = None) -> str | None:
    """Promote a candidate as if a training had made it, and return why it could not serve."""
    training = assembly.progress.training.load()
    pending = (*training.pending, Pending(asked=moment, ready=moment, candidate=candidate))
    assembly.progress.training.save(msgspec.structs.replace(training, pending=pending), moment)
    return (agent or assembly.agents.promotion).step(moment)


def corrupt(artifact: Path) -> None:
    """Change one byte of an artifact's model."""
    file = artifact / "model" / "rates.json"
    content = bytearray(file.read_bytes())
    content[3] ^= 1
    file.chmod(0o644)
    file.write_bytes(bytes(content))


def with_one_waiting(case: Any) -> tuple[Any, Any]:
    """Return an assembly, and its steps from when its second generation is trained on."""
    assembly = case.build()
    steps = assembly.loop.steps()
    while next(steps).at < 18 * DAY:
        pass
    return assembly, steps


def test_a_corrupt_generation_never_serves_and_the_old_one_serves_on(
    operation: Callable[..., Any],
) -> None:
    """A byte changes while it waits: it is moved aside, and nothing points to it."""
    case = operation("gate=open", "training_takes=1d", until=22)
    assembly, steps = with_one_waiting(case)
    broken = assembly.generations.all("toy")[1].artifact
    corrupt(case.state / "artifacts" / "published" / broken)
    broken_at = {step.at: step.broken for step in steps}
    assert "differs from its listed digest" in broken_at[19 * DAY]
    assert set(assembly.events.served("toy", 0, END_OF_TIME).generation.tolist()) == {1}
    assert assembly.engine.deployed.manifest.champion.generation == 1
    assert Aliases(assembly.database).current("toy", CHAMPION).generation == 1
    assert len(Manifests(assembly.database).all("toy")) == 1
    aside = case.state / "artifacts" / "quarantined" / f"{broken}.1"
    assert "differs" in (aside / "reason.txt").read_text()


def test_a_generation_that_could_not_be_read_is_not_moved_aside(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk failed, not the generation: the same command promotes it once the disk is well."""
    case = operation("gate=open", "training_takes=1d", until=22)
    _, steps = with_one_waiting(case)

    def fail(*_: object, **__: object) -> None:
        raise OSError("Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(store, "verify", fail)
        with pytest.raises(StateError, match="could not be read: Input/output error"):
            list(steps)
    assert list((case.state / "artifacts" / "quarantined").iterdir()) == []
    assembly, _ = case.run()
    assert assembly.engine.deployed.manifest.champion.generation == 2
    assert assembly.progress.promotion.load().broken == 0


def test_a_generation_that_a_killed_process_moved_aside_is_counted_as_broken(
    operation: Callable[..., Any],
) -> None:
    """It was moved and not yet recorded: the next process records the reason, and goes on."""
    case = operation("gate=open", "training_takes=1d", until=22)
    assembly, steps = with_one_waiting(case)
    broken = assembly.generations.all("toy")[1].artifact
    assembly.loader._artifacts.quarantine(broken, "golden set is off")
    broken_at = {step.at: step.broken for step in steps}
    assert "was quarantined: golden set is off" in broken_at[19 * DAY]
    assert assembly.progress.promotion.load().broken == 1


def test_after_a_broken_generation_the_next_one_is_promoted(operation: Callable[..., Any]) -> None:
    """A broken generation does not stop the lifecycle, nor does a restart after it."""
    case = operation("gate=open", "training_takes=1d", until=30)
    assembly, steps = with_one_waiting(case)
    steps.close()
    corrupt(case.state / "artifacts" / "published" / assembly.generations.all("toy")[1].artifact)
    again, _ = case.run()
    events = again.events.served("toy", 0, END_OF_TIME)
    assert sorted(set(events.generation.tolist())) == [1, 3]
    assert events.time[events.generation == 3].min() >= 25 * DAY


def test_a_promotion_moves_alias_manifest_and_engine_together(
    operation: Callable[..., Any],
) -> None:
    """After each, the three name the same generation, at one revision more."""
    assembly, _ = operation("gate=open", until=26).run()
    manifests = Manifests(assembly.database).all("toy")
    assert [each.document["arms"]["champion"]["generation"] for each in manifests] == [1, 2, 3]
    assert [each.created_at // DAY for each in manifests] == [12, 18, 24]
    alias = Aliases(assembly.database).current("toy", CHAMPION)
    assert (alias.generation, alias.revision) == (3, 3)
    assert assembly.engine.deployed.revision == 3


def test_a_promotion_that_lost_the_race_changes_nothing_here(
    operation: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare-and-swap: whoever read an old revision gets an error, and writes nothing."""
    assembly, _ = operation("gate=open", until=16).run()
    current = assembly.manifests.current("toy")
    assembly.manifests.publish("toy", current.document, revision=1, moment=0)
    monkeypatch.setattr(Manifests, "current", lambda *_: current)
    before = assembly.progress.promotion.load()
    with pytest.raises(ConflictError):
        promote(assembly, assembly.engine.deployed.manifest.champion, 16 * DAY)
    assert assembly.progress.promotion.load() == before
    assert Aliases(assembly.database).current("toy", CHAMPION).revision == 1


def test_dispatch_is_drawn_by_the_seed(operation: Callable[..., Any]) -> None:
    """Another seed gives another salt."""
    salts = {
        operation(f"seed={seed}", until=14, state=f"s{seed}").run()[0].engine.deployed.manifest.salt
        for seed in (0, 1)
    }
    assert len(salts) == 2


def test_a_corrupt_champion_is_not_deployed_again(operation: Callable[..., Any]) -> None:
    """The next process reads it from disk, and refuses it."""
    case = operation("gate=open", until=30)
    assembly = case.build()
    next(assembly.loop.steps())
    corrupt(case.state / "artifacts" / "published" / assembly.generations.all("toy")[0].artifact)
    with pytest.raises(IntegrityError, match="differs from its listed digest"):
        next(case.build().loop.steps())


def relabelled(assembly: Any, candidate: Any, version: str, room: Path) -> Any:
    """Publish a candidate's artifact anew, as one that fulfils another version."""
    copy = shutil.copytree(assembly.loader._artifacts.open(candidate.artifact), room)
    (copy / LISTING).unlink()
    description = msgspec.structs.replace(describe(copy), contract=version)
    (copy / DESCRIPTION).chmod(0o644)
    (copy / DESCRIPTION).write_bytes(msgspec.json.encode(description))
    artifact = assembly.loader._artifacts.publish(copy)
    return msgspec.structs.replace(candidate, artifact=artifact, contract="")


def test_a_generation_of_another_major_version_is_refused_and_kept(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """The champion continues to serve; the artifact is whole, so it stays where it is."""
    assembly, _ = operation("gate=open", until=16).run()
    before = assembly.engine.deployed
    other = relabelled(assembly, before.manifest.champion, "2.0.0", tmp_path / "room")
    assert "fulfils contract 2.0.0" in promote(assembly, other, 16 * DAY)
    assembly.agents.serving.step(17 * DAY)
    assert assembly.engine.deployed.manifest is before.manifest
    assert len(Manifests(assembly.database).all("toy")) == 1
    assert assembly.loader._artifacts.open(other.artifact).is_dir()


def test_a_candidate_of_an_older_document_is_named_by_its_artifact(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """A pending candidate without a contract version is offered with its artifact's."""
    assembly, _ = operation("gate=open", until=16).run()
    older = relabelled(
        assembly, assembly.engine.deployed.manifest.champion, "1.0.7", tmp_path / "room"
    )
    assert promote(assembly, older, 16 * DAY) is None
    champion = Manifests(assembly.database).current("toy").document["arms"]["champion"]
    assert champion["contract"] == "1.0.7"


def test_a_new_major_version_begins_a_manifest_anew(
    operation: Callable[..., Any], tmp_path: Path
) -> None:
    """Candidates of the earlier major version are no longer offered."""
    assembly, _ = operation("gate=open", until=16).run()
    champion = assembly.engine.deployed.manifest.champion
    contract = msgspec.structs.replace(assembly.engine._contract, version="2.0.0")
    artifacts = assembly.loader._artifacts
    loader = Loader(artifacts=artifacts, kind=assembly.loader._kind, contract=contract)
    engine = Engine(loader=loader, selector=assembly.engine._selector, contract=contract)
    promotion = PromotionAgent(
        publisher=Publisher(
            product="toy",
            contract="2.0.0",
            selector={"name": "champion"},
            aliases=Aliases(assembly.database),
            manifests=assembly.manifests,
            database=assembly.database,
        ),
        pinned=lambda: False,
        loader=loader,
        artifacts=artifacts,
        progress=assembly.progress,
        decisions=DecisionLog(AgentDecisions(assembly.database), product="toy", agent="promotion"),
        database=assembly.database,
    )
    before = assembly.manifests.current("toy")
    with pytest.raises(IncompatibleError, match=r"fulfils contract 1\.0\.0"):
        engine.deploy(read(before.document), revision=before.revision)
    candidate = relabelled(assembly, champion, "2.0.0", tmp_path / "room")
    assert promote(assembly, candidate, 16 * DAY, promotion) is None
    manifest = read(assembly.manifests.current("toy").document)
    assert [each.contract for each in manifest.candidates] == ["2.0.0"]


def test_a_manifest_of_the_first_format_is_restored(operation: Callable[..., Any]) -> None:
    """Format 1 named one contract version for all candidates; such a state folder still loads."""
    assembly, _ = operation("gate=open", until=16).run()
    current = Manifests(assembly.database).current("toy")
    document = json.loads(json.dumps(current.document))
    champion = document["arms"]["champion"]
    del champion["contract"], document["arms"], document["component"], document["began"]
    document |= {"format": 1, "champion": champion, "candidates": [champion]}
    Manifests(assembly.database).publish("toy", document, revision=current.revision, moment=0)
    assembly.agents.serving.step(17 * DAY)
    manifest = assembly.engine.deployed.manifest
    assert (manifest.format, manifest.champion.contract) == (3, "1.0.0")
    assert assembly.engine.deployed.revision == 2


def test_while_the_champion_is_pinned_generations_wait(operation: Callable[..., Any]) -> None:
    """Trainings go on; once unpinned the newest of them serves."""
    case = operation("gate=open", until=31)
    assembly = case.build()
    steps = assembly.loop.steps()
    next(steps)
    decisions = Decisions(assembly.database)
    pin = RecordedDecision(product="toy", at=0, who="ada", action="pin", why="holidays", detail={})
    decisions.record(pin)
    while next(steps).at < 24 * DAY:
        pass
    assert len(assembly.generations.all("toy")) == 3
    assert read(assembly.manifests.current("toy").document).champion.generation == 1
    decisions.record(msgspec.structs.replace(pin, action="unpin"))
    next(steps)
    assert read(assembly.manifests.current("toy").document).champion.generation == 3


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_is_ready_is_loaded_before_it_is_promoted(
    operation: Callable[..., Any], *, is_whole: bool
) -> None:
    """What is wrong with it, the step says that would promote it."""
    case = operation("gate=open", "training_takes=1d", until=22)
    assembly, _ = with_one_waiting(case)
    agent, pending = assembly.agents.promotion, assembly.progress.training.load().pending[-1]
    loader = agent._loader
    loader.retain(())
    if not is_whole:
        corrupt(case.state / "artifacts" / "published" / pending.candidate.artifact)
    agent.load(pending.ready - 1)
    assert loader.loaded(pending.candidate) is None
    agent.load(pending.ready)
    assert (loader.loaded(pending.candidate) is not None) == is_whole
    assert (agent.step(pending.ready) is None) == is_whole
