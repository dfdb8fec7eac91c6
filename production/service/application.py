"""Puts the server's application together: what answers, what writes, what follows the manifest."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError, StateError
from contracts.moment import SECOND, duration, instant
from production.agents.runtime import live_runtime
from production.registry.checkpoints import Checkpoint, Checkpoints
from production.registry.tokens import Tokens
from production.service.access import LOOPBACK, Guard
from production.service.app import Service
from production.service.asgi import Asgi
from production.service.asks import AskDecoder
from production.service.features import logged_features
from production.service.health import Health
from production.service.inference.inference_routes import inference_routes
from production.service.inference.protocol import OpenInference
from production.service.inventory import Inventory
from production.service.metrics import Metrics
from production.service.openapi import OpenApiDocument
from production.service.outcomes import OutcomeIntake
from production.service.predict import Ids, Predictor
from production.service.service_routes import service_routes
from production.service.timed import Timed
from production.service.watcher import Watcher
from production.service.writer import Writer
from production.serving.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.contract import Contract
    from contracts.host.clock import Clock
    from production.assembly.serving import Serving
    from production.database.database import Database
    from production.service.routes import Route
    from production.settings import Production


LOG = logging.getLogger("liaison.service")
#: Seconds at the end for what the watcher is about to do: nothing of it must be kept.
PATIENCE = 1.0


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A product's application, ready to be served.

    Attributes:
        engine: Predicts.
        service: Answers requests.
        asgi: The same as ASGI.
        guard: Decides who may ask.
        health: Answers whether it is ready.
        writer: Writes events and outcomes.
        watcher: Follows the newest manifest.
    """

    engine: Engine
    service: Service
    asgi: Asgi
    guard: Guard
    health: Health
    writer: Writer
    watcher: Watcher


@contextmanager
def open_application(
    config: Production, serving: Serving, *, clock: Clock
) -> Iterator[Application]:
    """Yield a product's application with its newest manifest deployed, its writer at work.

    At the end what waits to be written is written.

    Args:
        config: The configuration.
        serving: The parts that serve the product.
        clock: The time.

    Raises:
        ConfigError: The address is public, or tokens are required, and there is no token.
        StateError: At the end, not all that was served could be written.
    """
    application = _application(config, serving, clock)
    application.watcher.open()
    if application.guard.is_closed:
        raise ConfigError(
            f"serving.host={config.serving.host} takes a token, and {config.product.name} has none",
            hint="python -m production task=token task.options.name=NAME makes one",
        )
    application.writer.start()
    application.watcher.start(seconds(config.serving.poll))
    try:
        yield application
    finally:
        left = application.writer.close(seconds(config.serving.limits.drain))
        application.watcher.close(PATIENCE)
        if left:
            LOG.error("%d events could not be written: %s", left, application.writer.error)
    if left:
        raise StateError(
            f"{left:,} events that were served could not be written: {application.writer.error}",
            hint="they are lost; make the database writable before the next start",
        )


def seconds(text: str) -> float:
    """Return the seconds of a duration such as ``10s``."""
    return duration(text) / SECOND


def is_public(host: str) -> bool:
    """Return whether an address is reached from other machines.

    >>> is_public("127.0.0.1"), is_public("0.0.0.0")
    (False, True)
    """
    return host not in LOOPBACK and not host.startswith("127.") and host != "::1"


def _application(config: Production, serving: Serving, clock: Clock) -> Application:
    settings, contract = config.serving, serving.contract
    limits = settings.limits
    writer = Writer(
        product=contract.product,
        database=serving.database,
        events=serving.events,
        capacity=settings.queue,
    )
    health = Health(engine=serving.engine, writer=writer)
    guard, tokens = _guard(config), Tokens(serving.database)
    runtime = live_runtime(serving.database, contract.product)
    watcher = Watcher(
        product=contract.product,
        manifests=serving.manifests,
        engine=serving.engine,
        loader=serving.loader,
        artifacts=serving.artifacts,
        renew=lambda: guard.renew(tokens.all(contract.product)),
        runtime=lambda: runtime.at(clock.now()),
    )
    routes: list[Route] = []
    routes += _routes(
        config,
        serving,
        clock=clock,
        writer=writer,
        health=health,
        watcher=watcher,
        routes=lambda: routes,
    )
    service = Service(routes, guard=guard, deadline=seconds(limits.answer))
    return Application(
        engine=serving.engine,
        service=service,
        asgi=Asgi(service, body=limits.body, seconds=seconds(limits.receive)),
        guard=guard,
        health=health,
        writer=writer,
        watcher=watcher,
    )


def _guard(config: Production) -> Guard:
    settings, public = config.serving, is_public(config.serving.host)
    hosts = None if public and not settings.hosts else {*LOOPBACK, settings.host, *settings.hosts}
    return Guard(hosts=hosts, required=settings.require_token or public)


def _routes(
    config: Production,
    serving: Serving,
    *,
    clock: Clock,
    writer: Writer,
    health: Health,
    watcher: Watcher,
    routes: Callable[[], list[Route]],
) -> Iterator[Route]:
    """Yield the routes of the application."""
    contract, limits = serving.contract, config.serving.limits
    predictor = Predictor(
        contract=contract,
        engine=serving.engine,
        decoder=AskDecoder(contract.input_columns, rows=limits.rows),
        writer=writer,
        clock=clock,
        ids=Ids(contract.product, instance=next_instance(serving.database, contract, clock)),
        features=logged_features(contract, config.serving),
        durability=config.serving.durability,
    )
    intake = OutcomeIntake(
        contract=contract,
        log=serving.outcomes,
        writer=writer,
        clock=clock,
        rows=limits.rows,
        closes=_closes(config),
    )
    inventory = Inventory(
        product=contract.product,
        engine=serving.engine,
        database=serving.database,
        events=serving.events,
    )
    predict, report = Timed("/predict", predictor.answer), Timed("/outcomes", intake.answer)
    protocol = OpenInference(contract=contract, predictor=predictor, health=health)
    infer = Timed("/v2/models/{name}/infer", protocol.infer)
    metrics = Metrics(
        serving=serving,
        timed=(predict, report, infer),
        writer=writer,
        intake=intake,
        watcher=watcher,
    )
    yield from service_routes(
        contract,
        predict=predict,
        report=report,
        health=health,
        inventory=inventory,
        metrics=metrics,
        document=OpenApiDocument(contract, routes),
    )
    yield from inference_routes(protocol, infer=infer)


def next_instance(database: Database, contract: Contract, clock: Clock) -> int:
    """Return the number of this process among all that ever served the product."""
    checkpoints, name = Checkpoints(database), "service"
    with database.transaction():
        last = checkpoints.load(contract.product, name)
        number = 1 + (last.document["instances"] if last else 0)
        checkpoints.save(
            Checkpoint(
                product=contract.product,
                name=name,
                moment=clock.now(),
                document={"instances": number},
            )
        )
    return number


def _closes(config: Production) -> Callable[[int], int] | None:
    """Return what returns when the evaluation window of an event time closes."""
    if "every" not in config.evaluation:
        return None
    start, every = instant(config.product.start), duration(config.evaluation["every"])
    return lambda moment: moment - (moment - start) % every + every
