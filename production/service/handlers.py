"""Puts together what answers each route, from the parts that serve a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.host.clock import Clock, WallClock
from production.assembly.serving import Serving
from production.service.admin import Admin
from production.service.admin_routes import admin_routes
from production.service.asks import AskDecoder
from production.service.features import logged_features
from production.service.health import Health
from production.service.ids import Ids
from production.service.inference.inference_routes import inference_routes
from production.service.inference.protocol import OpenInference
from production.service.instances import instance_number
from production.service.inventory import Inventory
from production.service.metrics import Metrics
from production.service.openapi import OpenApiDocument
from production.service.outcomes import OutcomeIntake
from production.service.page.console import Console
from production.service.page.page_routes import page_routes
from production.service.page.read import ConsoleReader
from production.service.peers import Peers
from production.service.predict import Predictor
from production.service.service_routes import service_routes
from production.service.stored import StoredInputs
from production.service.timed import Timed
from production.service.watcher import Watcher
from production.service.window_end import window_end
from production.service.writer import Writer
from production.settings import Production

if TYPE_CHECKING:
    from production.service.routes import Route


class ServiceParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the handlers of one process work with.

    Attributes:
        config: The configuration.
        serving: The parts that serve the product.
        clock: The time.
        writer: Writes events and outcomes.
        health: Whether the process is ready.
        watcher: Follows the newest manifest.
        peers: The metrics of other processes on the same port.
    """

    config: Production
    serving: Serving
    clock: Clock
    writer: Writer
    health: Health
    watcher: Watcher
    peers: Peers


def all_routes(parts: ServiceParts) -> list[Route]:
    """Return the routes, each with what answers it; its peers see the metrics from now on."""
    serving, contract = parts.serving, parts.serving.contract
    predictor, intake = _predictor(parts), _intake(parts)
    protocol = OpenInference(
        contract=contract, asked=serving.asked, predictor=predictor, health=parts.health
    )
    predict, report = Timed("/predict", predictor.answer), Timed("/outcomes", intake.answer)
    infer = Timed("/v2/models/{name}/infer", protocol.infer)
    metrics = Metrics(
        serving=serving,
        timed=(predict, report, infer),
        writer=parts.writer,
        intake=intake,
        watcher=parts.watcher,
        peers=parts.peers,
    )
    parts.peers.start(metrics.own)
    routes: list[Route] = []
    routes += service_routes(
        contract,
        asked=serving.asked,
        predict=predict,
        report=report,
        health=parts.health,
        inventory=Inventory(
            product=contract.product,
            engine=serving.engine,
            database=serving.database,
            events=serving.events,
        ),
        metrics=metrics,
        document=OpenApiDocument(contract, routes),
    )
    routes += inference_routes(protocol, infer=infer)
    routes += admin_routes(Admin(serving, parts.clock))
    routes += page_routes(_console(parts, metrics))
    return routes


def _console(parts: ServiceParts, metrics: Metrics) -> Console:
    serving = parts.serving
    return Console(
        ConsoleReader(
            parts.config,
            serving.contract,
            serving.database,
            clock=parts.clock,
            machine=WallClock(),
        ),
        families=lambda: parts.peers.join(metrics.own()),
        notes=lambda: tuple(parts.health.notes()),
    )


def _predictor(parts: ServiceParts) -> Predictor:
    config, serving, contract = parts.config, parts.serving, parts.serving.contract
    instance = instance_number(serving.database, contract.product, parts.clock)
    return Predictor(
        contract=contract,
        engine=serving.engine,
        decoder=AskDecoder(serving.asked, rows=config.serving.limits.rows),
        writer=parts.writer,
        clock=parts.clock,
        ids=Ids(contract.product, instance=instance),
        features=logged_features(contract, config.serving),
        durability=config.serving.durability,
        stored=StoredInputs(serving.lookup, contract.input_columns) if serving.lookup else None,
    )


def _intake(parts: ServiceParts) -> OutcomeIntake:
    return OutcomeIntake(
        contract=parts.serving.contract,
        log=parts.serving.outcomes,
        writer=parts.writer,
        clock=parts.clock,
        rows=parts.config.serving.limits.rows,
        closes=window_end(parts.config),
    )
