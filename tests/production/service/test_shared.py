"""One product on two hosts: records in PostgreSQL, generations in an object store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.request import Request as Call
from urllib.request import urlopen

import pytest
from moto.server import ThreadedMotoServer
from msgspec.structs import replace

from contracts.config import instantiate
from contracts.config.compose import compose
from contracts.config.entry import Request
from contracts.moment import DAY
from production.artifacts.objects import ObjectArtifacts
from production.assembly.serving import open_serving
from production.registry.generations import Generations
from production.settings import Production
from tests.suites.postgresql import fresh_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Production]:
    """A configuration by which hosts share their state: an empty schema and an empty bucket."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    urlopen(Call(f"{endpoint}/shared", method="PUT"), timeout=60).close()  # noqa: S310 - http
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "mine")
    with fresh_schema() as url:
        words = (
            "database=postgresql",
            f"database.url='{url}'",
            "artifacts=s3",
            "artifacts.url=s3://shared/products",
            f"artifacts.endpoint={endpoint}",
            "artifacts.region=us-east-1",
        )
        config = compose("production", words)
        request = Request(entry="production", config=config, overrides=words, config_dir=None)
        yield request.settings(Production)
    server.stop()


def test_a_second_host_serves_what_the_first_one_deployed(
    live: Callable[..., Any], shared: Production, tmp_path: Path
) -> None:
    """Deploying there trains nothing, and its engine loads the same generation."""

    def host(name: str) -> Any:
        case = live("gate=open")
        paths = replace(case.config.paths, live=str(tmp_path / name))
        case.config = replace(
            case.config, paths=paths, database=shared.database, artifacts=shared.artifacts
        )
        return case

    assert host("first").deploy().training is not None
    second = host("second")
    deployment = second.deploy(at=21 * DAY, known_by=21 * DAY)
    assert (deployment.training, deployment.revision) == (None, 1)
    with open_serving(second.config, second.product.contract, state=second.state) as serving:
        (generation,) = Generations(serving.database).all("toy")
        path = serving.artifacts.open(generation.artifact)
    assert path.is_relative_to(tmp_path / "second")


@pytest.mark.parametrize(
    "words",
    [
        ("artifacts=gcs", "artifacts.url=gs://bucket/p"),
        ("artifacts=azure", "artifacts.url=az://container/p"),
    ],
)
def test_other_object_stores_are_chosen_by_configuration(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same adapter opens them; nothing is read yet."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "mine")
    config = compose("production", words)
    request = Request(entry="production", config=config, overrides=words, config_dir=None)
    chosen = request.settings(Production).artifacts
    assert isinstance(instantiate(chosen, "artifacts", folder=tmp_path), ObjectArtifacts)
