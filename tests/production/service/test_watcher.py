from __future__ import annotations

import shutil
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import UnavailableError, UnfinishedError
from contracts.host.clock import Stopwatch
from contracts.moment import DAY
from production.database.database import Database
from production.evaluation import window_metrics
from production.feedback.events import EventLog
from production.metrics import Rewards, Runtime, ScoredWindow
from production.registry.evaluations import Evaluations
from production.registry.tokens import Tokens, new_token
from production.selectors.port import Choice, Split
from production.service.local_copy import LocalCopy
from production.service.watcher import MANIFEST, TOKENS
from tests.production.service.conftest import NOW, RECORD, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from production.generation.description import Candidate
    from tests.production.service.conftest import InService


SECRET, TOKEN = new_token("toy", "ci", ("predict", "read"), moment=0)


def champion(service: InService) -> Candidate:
    """Return the champion that serves."""
    return service.serving.engine.deployed.manifest.champion


def test_a_newer_manifest_is_deployed_once(serve: Callable[..., InService]) -> None:
    """What is answered names it; without a newer one nothing happens."""
    service = serve(poll="1h")
    watcher = service.application.watcher
    assert not watcher.step()
    revision = publish(service, salt="another")
    assert (watcher.step(), watcher.step()) == (True, False)
    assert service.json("/predict", {"record": RECORD})["manifest"] == revision


def test_a_generation_that_may_be_whole_stays_in_the_store(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its manifest is refused, and what serves goes on; a busy machine destroys nothing."""
    service = serve(poll="1h")
    watcher, serving = service.application.watcher, service.serving

    def busy(_: Candidate) -> None:
        raise UnfinishedError("took more than 4 s")

    artifact, revision = champion(service).artifact, publish(service, salt="another")
    monkeypatch.setattr(serving.loader, "load", busy)
    assert not watcher.step()
    assert watcher.refused == {revision: "took more than 4 s"}
    assert serving.artifacts.open(artifact).is_dir()
    assert service.json("/manifest")["revision"] < revision


def test_it_is_noticed_by_itself(serve: Callable[..., InService]) -> None:
    """A thread looks for it."""
    service = serve(poll="10ms")
    revision = publish(service, salt="another")
    waited = Stopwatch()
    while service.json("/manifest")["revision"] != revision:
        assert waited.seconds() < 60


def test_a_broken_generation_is_moved_aside(serve: Callable[..., InService]) -> None:
    """The old one serves on, and the broken one is not tried again."""
    service = serve(poll="1h")
    watcher, artifacts = service.application.watcher, service.serving.artifacts
    before = champion(service)
    folder = artifacts.open(before.artifact)
    copy = folder.parent / ("0" * 64)
    shutil.copytree(folder, copy)
    broken = replace(before, generation=2, artifact=copy.name)
    revision = publish(service, arms={"champion": broken, "before": before})
    assert not watcher.step()
    assert "digest" in watcher.refused[revision]
    assert not copy.exists()
    assert (champion(service), service.json("/manifest")["revision"]) == (before, 1)
    assert not watcher.step()


def test_a_generation_that_is_not_there_is_tried_again(serve: Callable[..., InService]) -> None:
    """A store that is away for now refuses no manifest for good."""
    service = serve(poll="1h")
    before = champion(service)
    missing = replace(before, generation=2, artifact="1" * 64)
    publish(service, arms={"champion": missing})
    with_log = service.application.watcher
    for _ in range(2):
        with with_log._logged(MANIFEST):
            with_log.step()
    assert "1111" in with_log.error
    assert with_log.refused == {}
    assert champion(service) == before


def test_a_start_falls_back_to_the_newest_that_can_serve(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that starts while the newest manifest is broken serves by the one before it."""
    service = serve(poll="1h")
    before = champion(service)
    missing = replace(before, generation=2, artifact="1" * 64)
    publish(service, arms={"champion": missing})
    monkeypatch.setattr(service.serving.engine, "_deployed", None)
    service.application.watcher.open()
    assert (champion(service), service.serving.engine.deployed.revision) == (before, 1)


def test_a_selector_shares_the_traffic_anew_when_arms_earned_something(
    serve: Callable[..., InService],
) -> None:
    """It is asked again for other rewards, or after a minute; and never for a champion alone."""
    service = serve(poll="1h")
    watcher, engine = service.application.watcher, service.serving.engine
    asked = []

    def selector(choice: Choice, runtime: Runtime | None) -> Split:
        asked.append(runtime)
        return Split(shares=dict.fromkeys(choice.arms, 1 / len(choice.arms)))

    engine._selector, engine._build = selector, None
    watcher.share()
    assert asked == []
    publish(
        service, arms={"champion": champion(service), "candidate": champion(service)}, began=NOW
    )
    watcher.step()
    deployed = len(asked)
    watcher.share()
    watcher.share()
    assert len(asked) == deployed + 1
    record_window(service, start=NOW)
    watcher.share()
    assert asked[-1].arms["candidate"] == (Rewards(count=4, mean=-0.5, variance=0.1),)


def record_window(service: InService, *, start: int) -> None:
    """Record an evaluation window in which the champion's generation earned something."""
    earned = {champion(service).name: Rewards(count=4, mean=-0.5, variance=0.1)}
    window = ScoredWindow(
        start=start, end=start + DAY, rows=4, served={}, baseline={}, rewards=earned
    )
    Evaluations(service.serving.database).record(window_metrics("toy", window, (), NOW))


@pytest.fixture
def loading(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch
) -> Iterator[InService]:
    """The product while its newest manifest's generation loads, until the test is over."""
    service = serve((TOKEN,), require_token=True, poll="10ms")
    began, end = Event(), Event()

    def load(_: Candidate) -> None:
        began.set()
        end.wait(60)

    monkeypatch.setattr(service.serving.loader, "load", load)
    monkeypatch.setattr("production.service.application.PATIENCE", 0.01)
    publish(service, salt="another")
    assert began.wait(60)
    yield service
    end.set()


def test_a_token_is_revoked_while_a_generation_loads(loading: InService) -> None:
    """However long that takes."""
    token = {b"authorization": f"Bearer {SECRET}".encode()}
    assert loading.ask("/manifest", headers=token).status == 200
    Tokens(loading.serving.database).revoke("toy", "ci")
    waited = Stopwatch()
    while loading.ask("/manifest", headers=token).status != 401:
        assert waited.seconds() < 60


def test_what_was_served_is_written_while_a_generation_loads(
    loading: InService, tmp_path: Path
) -> None:
    """The process ends without waiting for it."""
    token = {b"authorization": f"Bearer {SECRET}".encode()}
    loading.json("/predict", {"record": RECORD, "id": "last"}, headers=token)
    loading.close()
    with closing(Database(f"sqlite:///{tmp_path}/state/liaison.db")) as database:
        assert EventLog(database).find("toy", "last") is not None


def test_it_starts_with_what_was_known_last_while_the_database_is_away(
    serve: Callable[..., InService], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A manifest that is kept on the host serves, until the database says which is the newest."""
    service = serve(poll="1h")
    watcher, manifests = service.application.watcher, service.serving.manifests
    newest = manifests.current("toy")
    assert newest is not None
    watcher._copy = LocalCopy(tmp_path / "served.bin")
    revision = publish(service, salt="another")

    def away(_: str) -> Any:
        raise UnavailableError("the database cannot be reached")

    with monkeypatch.context() as outage:
        outage.setattr(manifests, "all", away)
        with pytest.raises(UnavailableError):
            watcher.open()
        watcher._copy.keep_manifest(newest)
        watcher.is_confirmed = False
        watcher.open()
        assert service.json("/manifest")["revision"] == newest.revision
        ready = service.json("/readyz")
    assert ready["notes"] == [
        "the database was away at the start: the manifest that was known last serves"
    ]
    assert watcher.step()
    assert (watcher.is_confirmed, watcher._copy.known.manifest.revision) == (True, revision)


def test_an_error_stays_until_it_is_over(serve: Callable[..., InService]) -> None:
    """Tokens that can be read do not hide that the newest manifest cannot."""
    service = serve(poll="1h")
    watcher = service.application.watcher
    with watcher._logged(MANIFEST):
        raise OSError("away")
    with watcher._logged(TOKENS):
        pass
    assert watcher.error == "away"
    with watcher._logged(MANIFEST):
        pass
    assert watcher.error == ""
