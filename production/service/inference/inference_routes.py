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
from production.service.routes import get, post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.service.inference.protocol import OpenInference
    from production.service.routes import Handle, Route

MODEL = "/v2/models/{name}"


def inference_routes(protocol: OpenInference, *, infer: Handle) -> Iterator[Route]:
    """Yield the routes.

    Args:
        protocol: What answers.
        infer: What answers requests for predictions: `OpenInference.infer`, or what counts it.
    """
    summary = "What serves, for clients of the Open Inference Protocol."
    yield get("/v2", "open", protocol.server, summary, gives=ServerMetadata)
    yield get("/v2/health/live", "open", protocol.live, "Whether the process lives.", gives=Live)
    summary = "Whether requests should be sent here."
    yield get("/v2/health/ready", "open", protocol.server_ready, summary, gives=Ready)
    for model in (MODEL, MODEL + "/versions/{version}"):
        summary = "The tensors of a product."
        yield get(model, "open", protocol.model, summary, gives=ModelMetadata, problems=(404,))
        summary = "Whether a product can be asked now."
        yield get(f"{model}/ready", "open", protocol.ready, summary, gives=Ready, problems=(404,))
        yield post(
            f"{model}/infer",
            "predict",
            infer,
            "Predict for the rows of tensors.",
            takes=Inference,
            gives=Inferred,
            kinds={OCTETS.decode(): OCTETS.decode()},
            problems=(404,),
        )
