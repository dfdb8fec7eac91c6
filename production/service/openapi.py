"""The OpenAPI document, made from the table of routes and the contract.

The types of requests and responses are described by msgspec; a record is described by the type
that the contract's columns compile to, and its examples are rows of the contract's golden set.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Optional

import msgspec

from contracts.contract.golden import read as read_golden
from contracts.schema.record import record_type
from production.service.access import GUARDED
from production.service.answers import Prediction, output_labels
from production.service.asks import Moment, StatedId, StatedKey
from production.service.http import JSON, PROBLEM, HttpResponse, json_response
from production.service.problems import ProblemDetails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract import Contract
    from contracts.schema.columns import Columns
    from production.service.http import HttpRequest
    from production.service.routes import Route

REFERENCE = "#/components/schemas/{name}"
#: How many rows of the golden set are shown.
EXAMPLES = 3
#: What any route may answer with, and what one that takes a body or a token may besides.
ALWAYS, WITH_BODY, WITH_TOKEN = (421, 500, 503), (400, 408, 413, 415, 422), (401, 403)


class OpenApiDocument:
    """Answers ``GET /openapi.json``.

    Args:
        contract: The contract that is deployed.
        routes: The routes: this document's own is added to them later.
    """

    def __init__(self, contract: Contract, routes: Sequence[Route]) -> None:
        self._contract, self._routes = contract, routes

    async def answer(self, _: HttpRequest) -> HttpResponse:
        """Return the document; it is made when it is first asked for."""
        return await asyncio.to_thread(lambda: self._response)

    @cached_property
    def _response(self) -> HttpResponse:
        return json_response(openapi(self._contract, self._routes))


def ask_type(asked: Columns) -> type[msgspec.Struct]:
    """Return the type of a request for a prediction, with the record of some columns in it."""
    return msgspec.defstruct(
        "Ask",
        [
            ("record", record_type(asked)),
            ("id", Optional[StatedId], None),  # noqa: UP045 - an expression, at run time
            ("key", Optional[StatedKey], None),  # noqa: UP045
            ("time", Optional[Moment], None),  # noqa: UP045
        ],
        kw_only=True,
        forbid_unknown_fields=True,
    )


def prediction_type(contract: Contract) -> type[msgspec.Struct]:
    """Return the type of an answer, with the contract's output columns in it."""
    values = msgspec.defstruct(
        "Values",
        [(f"v{at}", float) for at in range(contract.k)],
        rename={f"v{at}": name for at, name in enumerate(contract.outputs)},
    )
    changed = {"prediction": values}
    return msgspec.defstruct(
        "Prediction",
        [
            (field.name, changed.get(field.name, field.type))
            if field.required or (field.name == "labels" and output_labels(contract))
            else (field.name, field.type, field.default)
            for field in msgspec.structs.fields(Prediction)
        ],
        kw_only=True,
    )


def examples(contract: Contract, asked: Columns) -> list[dict[str, Any]]:
    """Return requests for predictions of the first rows of a contract's golden set.

    Args:
        contract: The contract.
        asked: The columns that a client sends.
    """
    golden = read_golden(contract.folder / "golden.parquet", contract.input_columns, k=contract.k)
    rows = golden.rows.select([*asked.names]).slice(0, EXAMPLES)
    return [{"record": row} for row in rows.to_pylist()]


def openapi(contract: Contract, routes: Sequence[Route]) -> dict[str, Any]:
    """Return the document of an application's routes."""
    types = [each for route in routes for each in (route.takes, route.gives) if each is not None]
    schemas, components = msgspec.json.schema_components(
        [*types, ProblemDetails], ref_template=REFERENCE
    )
    by_type = {repr(each): schema for each, schema in zip(types, schemas, strict=False)}
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, by_type, schemas[-1]
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": contract.product,
            "version": contract.version,
            "description": f"Predictions of {contract.product} by its contract {contract.version}.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _operation(route: Route, schemas: dict[str, Any], problem: Any) -> dict[str, Any]:
    statuses = (*ALWAYS, *route.problems)
    statuses += WITH_BODY if route.takes is not None else ()
    statuses += WITH_TOKEN if route.scope != "open" else ()
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}{route.path.replace('/', '_')}",
        "responses": {
            "200": {"description": "OK", **_content(schemas.get(repr(route.gives)), JSON)},
            **{
                str(status): {
                    "description": HTTPStatus(status).phrase,
                    **_content(problem, PROBLEM),
                }
                for status in sorted({*statuses})
            },
        },
    }
    for kind in {*route.kinds.values()} - {JSON.decode()}:
        operation["responses"]["200"].setdefault("content", {})[kind] = {}
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    if route.takes is not None:
        body = _content(schemas[repr(route.takes)], JSON)
        if route.example is not None:
            body["content"][JSON.decode()]["examples"] = {
                f"example {at}": {"value": value} for at, value in enumerate(route.example(), 1)
            }
        body["content"].update({kind: {} for kind in route.kinds})
        operation["requestBody"] = {"required": True, **body}
    if route.scope != "open":
        operation["security"] = [{scheme: []} for scheme in _schemes(route)]
        operation["security"] += [] if route.scope in GUARDED else [{}]
        operation["description"] = f"Scope: {route.scope}."
    return operation


def _schemes(route: Route) -> tuple[str, ...]:
    """Return how a token may be sent: a browser sends it as a password, to read alone."""
    return ("token", "password") if route.scope == "read" else ("token",)


def _content(schema: Any, kind: bytes) -> dict[str, Any]:
    return {} if schema is None else {"content": {kind.decode(): {"schema": schema}}}
