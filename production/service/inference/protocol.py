"""Answers the Open Inference Protocol, version 2: a product is a model, its contract a version.

The contract's columns are tensors of n rows. What is predicted is logged like any other prediction.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import DataError
from production.service.http import HttpResponse, json_response
from production.service.inference.messages import (
    HEADER,
    Inference,
    InferenceProblem,
    Inferred,
    Live,
    ModelMetadata,
    Output,
    ServerMetadata,
    TensorMetadata,
    read_inference,
)
from production.service.inference.rows import TensorRows
from production.service.inference.tensors import DATATYPES, write_tensor
from production.service.problems import Problem, problem_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from contracts.contract import Contract
    from contracts.schema.columns import Columns
    from production.service.answers import Prediction
    from production.service.event_rows import EventRow
    from production.service.health import Health
    from production.service.http import HttpRequest, Reply
    from production.service.predict import Predictor

OCTETS = b"application/octet-stream"
#: What is answered beside a prediction, with its datatype.
ANSWERS = {"id": "BYTES", "release": "BYTES", "generation": "INT64", "manifest": "INT64"}


class OpenInference:
    """Answers the routes under ``/v2``.

    Args:
        contract: The contract that is deployed.
        asked: The columns that a client sends.
        predictor: What predicts and logs.
        health: Whether the process is ready.
    """

    def __init__(
        self, *, contract: Contract, asked: Columns, predictor: Predictor, health: Health
    ) -> None:
        self._contract, self._predictor, self._health = contract, predictor, health
        self._asked, self._rows = asked, TensorRows(asked)
        self._outputs = ANSWERS | dict.fromkeys(contract.outputs, "FP64")

    def server(self, _: HttpRequest) -> HttpResponse:
        """Return what serves."""
        return json_response(ServerMetadata(version=version("liaison-lifecycle")))

    def live(self, _: HttpRequest) -> HttpResponse:
        """Return that the process lives: it answers."""
        return json_response(Live())

    def server_ready(self, request: HttpRequest) -> HttpResponse:
        """Return whether the process is ready: 200, or 503 with the reasons."""
        return self._health.ready(request)

    def model(self, request: HttpRequest) -> HttpResponse:
        """Return the product's tensors."""
        try:
            self._check_model(request)
        except Problem as error:
            return _problem(error)
        return json_response(
            ModelMetadata(
                name=self._contract.product,
                versions=(self._contract.version,),
                inputs=tuple(
                    TensorMetadata(name=column.name, datatype=DATATYPES[column.kind][0])
                    for column in self._asked
                ),
                outputs=tuple(
                    TensorMetadata(name=name, datatype=datatype)
                    for name, datatype in self._outputs.items()
                ),
            )
        )

    def ready(self, request: HttpRequest) -> HttpResponse:
        """Return whether the product can be asked now."""
        try:
            self._check_model(request)
        except Problem as error:
            return _problem(error)
        return self._health.ready(request)

    def infer(self, request: HttpRequest) -> Reply:
        """Return predictions for the rows of tensors; what is wrong is stated, never raised."""
        try:
            self._check_model(request)
            reply = self._predictor.respond(lambda: self._infer(request), size=len(request.body))
        except Exception as error:  # noqa: BLE001 - each becomes the protocol's own problem
            return _problem(error)
        return reply if isinstance(reply, HttpResponse) else self._finish(reply)

    async def _finish(self, reply: Awaitable[HttpResponse]) -> HttpResponse:
        try:
            return await reply
        except Exception as error:  # noqa: BLE001 - as above
            return _problem(error)

    def _check_model(self, request: HttpRequest) -> None:
        params, contract = request.params, self._contract
        asked = params["name"], params.get("version", contract.version)
        if asked != (contract.product, contract.version):
            raise Problem(
                404,
                f"no model {' '.join(asked)} is served here",
                hint=f"{contract.product}, version {contract.version}: the contract's",
            )

    def _infer(self, request: HttpRequest) -> tuple[HttpResponse, list[EventRow]]:
        asked, contents = read_inference(request)
        outputs = asked.outputs or [Output(name=name) for name in self._outputs]
        for output in outputs:
            if output.name not in self._outputs:
                raise DataError(
                    f"no output {output.name!r}", hint=f"one of {', '.join(self._outputs)}"
                )
        if len({output.name for output in outputs}) < len(outputs):
            raise DataError("an output is named twice", hint="name each output once")
        answers, events = self._predictor.predict_rows(self._rows.of(asked, contents))
        return self._write(asked, outputs, answers), events

    def _write(
        self, asked: Inference, outputs: Sequence[Output], answers: Sequence[Prediction]
    ) -> HttpResponse:
        default = asked.parameters.get("binary_data_output", False)
        shape = (len(answers), *asked.inputs[0].shape[1:])
        pairs = [
            write_tensor(
                each.name,
                self._outputs[each.name],
                self._column(each.name, answers),
                shape=shape,
                binary=each.parameters.get("binary_data", default) is True,
            )
            for each in outputs
        ]
        header = msgspec.json.encode(
            Inferred(
                model_name=self._contract.product,
                model_version=self._contract.version,
                outputs=[tensor for tensor, _ in pairs],
                id=asked.id,
            )
        )
        if not any(tensor.parameters for tensor, _ in pairs):
            return HttpResponse(body=header)
        body = b"".join((header, *(content for _, content in pairs)))
        return HttpResponse(body=body, kind=OCTETS, headers=((HEADER, b"%d" % len(header)),))

    def _column(self, name: str, answers: Sequence[Prediction]) -> list[Any]:
        if name in self._contract.outputs:
            return [each.prediction[name] for each in answers]
        return [getattr(each, name) for each in answers]


def _problem(error: Exception) -> HttpResponse:
    response = problem_response(error)
    details = msgspec.json.decode(response.body, type=InferenceProblem)
    place = f"row {details.row}: " if details.row is not None else ""
    stated = msgspec.structs.replace(details, error=f"{place}{details.detail}")
    response.body = msgspec.json.encode(stated)
    return response
