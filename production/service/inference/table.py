"""The routes of the Open Inference Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.service.health import Ready
from production.service.inference.messages import (
    Inference,
    Inferred,
    Live,
    ModelMetadata,
    ServerMetadata,
)
from production.service.inference.protocol import OCTETS
from production.service.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.service.inference.protocol import OpenInference
    from production.service.routes import Handle

MODEL = "/v2/models/{name}"


def inference_routes(protocol: OpenInference, *, infer: Handle) -> Iterator[Route]:
    """Yield the routes.

    Args:
        protocol: What answers.
        infer: What answers requests for predictions: `OpenInference.infer`, or what counts it.
    """
    yield Route(
        method="GET",
        path="/v2",
        scope="open",
        handle=protocol.server,
        summary="What serves, for clients of the Open Inference Protocol.",
        gives=ServerMetadata,
    )
    yield Route(
        method="GET",
        path="/v2/health/live",
        scope="open",
        handle=protocol.live,
        summary="Whether the process lives.",
        gives=Live,
    )
    yield Route(
        method="GET",
        path="/v2/health/ready",
        scope="open",
        handle=protocol.server_ready,
        summary="Whether requests should be sent here.",
        gives=Ready,
    )
    for model in (MODEL, MODEL + "/versions/{version}"):
        yield Route(
            method="GET",
            path=model,
            scope="open",
            handle=protocol.model,
            summary="The tensors of a product.",
            gives=ModelMetadata,
            problems=(404,),
        )
        yield Route(
            method="GET",
            path=f"{model}/ready",
            scope="open",
            handle=protocol.ready,
            summary="Whether a product can be asked now.",
            gives=Ready,
            problems=(404,),
        )
        yield Route(
            method="POST",
            path=f"{model}/infer",
            scope="predict",
            handle=infer,
            summary="Predict for the rows of tensors.",
            takes=Inference,
            gives=Inferred,
            kinds={OCTETS.decode(): OCTETS.decode()},
            problems=(404,),
        )
