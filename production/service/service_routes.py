"""The routes of a product in service, beside those of the Open Inference Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.feedback.batch import Receipt
from production.service.answers import Lineage, ServedBy
from production.service.health import Alive, Ready
from production.service.http import ARROW, JSON, NDJSON
from production.service.openapi import ask_type, examples, prediction_type
from production.service.outcomes import Reported
from production.service.routes import get, post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract import Contract
    from contracts.schema.columns import Columns
    from production.service.health import Health
    from production.service.inventory import Inventory
    from production.service.metrics import Metrics
    from production.service.openapi import OpenApiDocument
    from production.service.routes import Handle, Route


def service_routes(
    contract: Contract,
    asked: Columns,
    *,
    predict: Handle,
    report: Handle,
    health: Health,
    inventory: Inventory,
    metrics: Metrics,
    document: OpenApiDocument,
) -> Iterator[Route]:
    """Yield the routes.

    Args:
        contract: The contract that is deployed.
        asked: The columns that a client sends.
        predict: What answers requests for predictions.
        report: What takes outcomes.
        health: Whether the process lives and is ready.
        inventory: What serves, and where predictions came from.
        metrics: What the process did.
        document: What describes all routes.
    """
    ask, prediction = ask_type(asked), prediction_type(contract)
    yield post(
        "/predict",
        "predict",
        predict,
        "Predict for one record, or many.",
        takes=ask | list[ask],  # type: ignore[valid-type]
        gives=prediction | list[prediction],  # type: ignore[valid-type]
        kinds={NDJSON.decode(): NDJSON.decode(), ARROW.decode(): ARROW.decode()},
        example=lambda: examples(contract, asked),
    )
    yield post(
        "/outcomes",
        "outcomes",
        report,
        "Report what came true of one event, or of many.",
        takes=Reported | list[Reported],
        gives=Receipt,
        kinds={NDJSON.decode(): JSON.decode()},
    )
    yield get("/livez", "open", health.live, "Whether the process lives.", gives=Alive)
    yield get("/readyz", "open", health.ready, "Whether requests should be sent here.", gives=Ready)
    yield get("/manifest", "read", inventory.manifest, "What serves.", gives=ServedBy)
    summary = "Where the prediction of an event came from."
    yield get(
        "/lineage/{event}", "read", inventory.lineage, summary, gives=Lineage, problems=(404,)
    )
    summary = "What this process did, and how well, as Prometheus reads it."
    yield get("/metrics", "read", metrics.answer, summary, kinds={"": "text/plain"})
    yield get("/openapi.json", "open", document.answer, "This document.", gives=dict)
