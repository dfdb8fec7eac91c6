"""The small product in service: its application around a real state, called without a network."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from contracts.host.clock import VirtualClock
from contracts.moment import DAY
from production.assembly.serving import open_serving
from production.backtest.state import run_state
from production.registry.generations import Generations
from production.registry.tokens import Tokens
from production.service.application import open_application
from production.service.change_request import ChangeRequest
from production.service.deployment import bring_into_service
from production.service.folder import make_live_state
from production.service.http import JSON, HttpRequest, HttpResponse
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.config.product import Features
    from production.assembly.serving import Serving
    from production.assembly.state import State
    from production.registry.tokens import Token
    from production.service.application import Application
    from production.service.deployment import Deployment
    from production.settings import Production
    from tests.production.conftest import Operation

NOW = 20 * DAY
RECORD = {"colour": "red", "size": 0.5}


class InService:
    """The small product in service, and what calls it."""

    def __init__(
        self, application: Application, serving: Serving, close: Callable[[], None]
    ) -> None:
        self.application, self.serving, self.close = application, serving, close

    def ask(
        self,
        path: str,
        value: Any = None,
        *,
        method: str | None = None,
        body: bytes | None = None,
        kind: bytes = JSON,
        headers: dict[bytes, bytes] | None = None,
    ) -> HttpResponse:
        """Return the response to a request; a POST if it has a value or a body."""
        content = body if body is not None else b"" if value is None else msgspec.json.encode(value)
        return settled(
            self.application.service.answer(
                HttpRequest(
                    method=method or ("POST" if content else "GET"),
                    path=path,
                    headers={b"host": b"localhost:8080", b"content-type": kind, **(headers or {})},
                    body=content,
                )
            )
        )

    def json(self, path: str, value: Any = None, **options: Any) -> Any:
        """Return the JSON value of a response that must be a success."""
        response = self.ask(path, value, **options)
        assert response.status == 200, response.body
        return msgspec.json.decode(response.body)

    def problem(self, path: str, value: Any = None, **options: Any) -> dict[str, Any]:
        """Return the problem of a response that must be one."""
        response = self.ask(path, value, **options)
        assert response.kind == b"application/problem+json", response.body
        problem: dict[str, Any] = msgspec.json.decode(response.body)
        assert problem["status"] == response.status
        return problem

    def flush(self) -> None:
        """Wait until what was served is logged."""
        self.application.writer.committed().result(timeout=60)


def publish(service: InService, **changes: object) -> int:
    """Publish the next manifest, with changes; return its revision."""
    manifests = service.serving.manifests
    newest = manifests.current("toy")
    assert newest is not None
    document = msgspec.to_builtins(replace(read(newest.document), **changes))
    published = manifests.publish("toy", document, revision=newest.revision, moment=NOW)
    return published.revision


def settled(reply: Any) -> HttpResponse:
    """Return a reply's response, whether it is one or becomes one."""
    if isinstance(reply, HttpResponse):
        return reply

    async def wait() -> HttpResponse:
        response: HttpResponse = await reply
        return response

    return asyncio.run(wait())


@pytest.fixture(scope="module")
def deployed(
    operations: Callable[..., Operation], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Operation, Path]:
    """The small product's operation until its fourteenth day, and the folder of its state."""
    operation = operations(tmp_path_factory.mktemp("deployed"), until=14)
    with operation.open() as assembly:
        list(assembly.loop.steps())
    return operation, operation.state


@pytest.fixture
def serve(deployed: tuple[Operation, Path], tmp_path: Path) -> Iterator[Callable[..., InService]]:
    """Opens the application, over a copy of the state; options change ``serving``."""
    stack = ExitStack()

    @contextmanager
    def opened(config: Production, tokens: tuple[Token, ...]) -> Iterator[InService]:
        operation, state = deployed
        copied = tmp_path / "state"
        if not copied.exists():
            shutil.copytree(state, copied)
        state_of = run_state(config, copied)
        with open_serving(config, operation.product.contract, state=state_of) as serving:
            for generation in Generations(serving.database).all("toy"):
                serving.probe.trust(generation.artifact)  # a process for each would take seconds
            clock = VirtualClock(NOW)
            for token in tokens:
                Tokens(serving.database).add(token)
            with open_application(config, serving, clock=clock) as application:
                yield InService(application, serving, stack.close)

    def make(
        tokens: tuple[Token, ...] = (), *, stored: Features | None = None, **options: Any
    ) -> InService:
        config = deployed[0].config
        config = replace(config, serving=replace(config.serving, **options))
        config = replace(config, product=replace(config.product, features=stored))
        return stack.enter_context(opened(config, tokens))

    with stack:
        yield make


#: Who brings the small product into service.
CHANGE = ChangeRequest(who="ada", why="it is ready", at=NOW)


class Live:
    """The small product under a configuration, to be deployed."""

    def __init__(self, case: Any, folder: Path) -> None:
        config: Production = case.config
        product = replace(config.product, name="toy")
        paths = replace(config.paths, live=str(folder))
        self.config = replace(config, product=product, paths=paths)
        self.product, self.proofs = case.product, 0

    @property
    def state(self) -> State:
        """Its live state."""
        return make_live_state(self.config)

    def deploy(self, *, at: int = NOW, known_by: int = NOW) -> Deployment:
        """Bring it into service."""

        def prove() -> None:
            self.proofs += 1

        return bring_into_service(
            self.config,
            self.product,
            self.state,
            code="c0de",
            known_by=known_by,
            change=replace(CHANGE, at=at),
            prove=prove,
        )


@pytest.fixture
def live(operation: Callable[..., Any], tmp_path: Path) -> Callable[..., Live]:
    """Makes the small product, to be deployed in the test's own folder."""
    return lambda *words, **options: Live(operation(*words, **options), tmp_path / "live")
