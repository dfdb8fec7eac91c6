from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from production.serving.manifest import read
from tests.production.service.conftest import NOW, RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from production.generation.description import Candidate
    from tests.production.service.conftest import InService


def publish(service: InService, **changes: object) -> int:
    """Publish the next manifest, with changes; return its revision."""
    manifests = service.serving.manifests
    newest = manifests.current("toy")
    assert newest is not None
    document = msgspec.to_builtins(replace(read(newest.document), **changes))
    published = manifests.publish("toy", document, revision=newest.revision, moment=NOW)
    return published.revision


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


def test_it_is_noticed_by_itself(serve: Callable[..., InService]) -> None:
    """A thread looks for it."""
    service = serve(poll="10ms")
    revision = publish(service, salt="another")
    deadline = 10_000
    while service.json("/manifest")["revision"] != revision:
        deadline -= 1
        assert deadline


def test_a_broken_generation_is_moved_aside(serve: Callable[..., InService]) -> None:
    """The old one serves on, and the broken one is not tried again."""
    service = serve(poll="1h")
    watcher, artifacts = service.application.watcher, service.serving.artifacts
    before = champion(service)
    folder = artifacts.open(before.artifact)
    copy = folder.parent / ("0" * 64)
    shutil.copytree(folder, copy)
    broken = replace(before, generation=2, artifact=copy.name)
    revision = publish(service, candidates=(before, broken), champion=broken)
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
    publish(service, candidates=(missing,), champion=missing)
    with_log = service.application.watcher
    for _ in range(2):
        with with_log._logged():
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
    publish(service, candidates=(missing,), champion=missing)
    monkeypatch.setattr(service.serving.engine, "_deployed", None)
    service.application.watcher.open()
    assert (champion(service), service.serving.engine.deployed.revision) == (before, 1)
