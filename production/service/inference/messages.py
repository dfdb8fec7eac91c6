"""What the Open Inference Protocol asks and answers: JSON, and tensors as bytes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from contracts.errors import DataError
from contracts.schema.record import require_distinct_fields
from production.service.inference.tensors import Tensor
from production.service.problems import Problem, ProblemDetails, check_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.service.http import HttpRequest

#: The header that says how long the JSON is.
HEADER = b"inference-header-content-length"


class Output(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tensor that is asked for."""

    name: str
    parameters: dict[str, Any] = {}


class Inference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request for predictions.

    Attributes:
        inputs: A tensor for each column of the contract; those that say which values are null; and
            the ids, keys and times of the events.
        id: The id of the event, or of what the events' ids begin with.
        outputs: Which tensors are asked for; all if none is named.
        parameters: ``binary_data_output``: whether they are answered as bytes.
    """

    inputs: Annotated[list[Tensor], msgspec.Meta(min_length=1)]
    id: str = ""
    outputs: list[Output] = []
    parameters: dict[str, Any] = {}


class Inferred(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a request for predictions."""

    model_name: str
    model_version: str
    outputs: list[Tensor]
    id: str = ""


class ServerMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What serves."""

    name: str = "liaison"
    version: str
    extensions: tuple[str, ...] = ("binary_tensor_data",)


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers."""

    live: bool = True


class TensorMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """A tensor of a model; -1 stands for any number of rows."""

    name: str
    datatype: str
    shape: tuple[int, ...] = (-1,)


class ModelMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """A product."""

    name: str
    versions: tuple[str, ...]
    platform: str = "liaison"
    inputs: tuple[TensorMetadata, ...]
    outputs: tuple[TensorMetadata, ...]


class InferenceProblem(ProblemDetails, frozen=True, kw_only=True, omit_defaults=True):
    """A problem, with its detail again where this protocol's clients look for it."""

    error: str = ""


_decode = msgspec.json.Decoder(Inference).decode


def read_inference(request: HttpRequest) -> tuple[Inference, list[bytes | None]]:
    """Return a request, and for each of its inputs the bytes behind its JSON, or None.

    Raises:
        DataError: It is malformed.
        Problem: It is compressed, or its header is longer than its body.
    """
    check_encoding(request)
    stated = request.headers.get(HEADER, b"%d" % len(request.body))
    size = int(stated) if stated.isdigit() and len(stated) < 10 else -1
    if not 0 <= size <= len(request.body):
        raise Problem(400, f"the header {HEADER.decode()} is not within the body")
    text, rest = request.body[:size], request.body[size:]
    try:
        asked = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"not a request of the protocol: {error}",
            hint="in JSON a null is null; NaN is one in a binary tensor alone",
        ) from error
    require_distinct_fields(text)
    return asked, [*_split(asked.inputs, rest)]


def _split(inputs: Sequence[Tensor], rest: bytes) -> Iterator[bytes | None]:
    """Yield the bytes of each input, none of one whose data are in the JSON."""
    at = 0
    for tensor in inputs:
        size = tensor.parameters.get("binary_data_size")
        if size is None:
            yield None
            continue
        if not isinstance(size, int) or not 0 <= size <= len(rest) - at:
            raise DataError(f"input {tensor.name!r}: its binary_data_size is not within the body")
        yield rest[at : at + size]
        at += size
    if at != len(rest):
        raise DataError(f"{len(rest) - at} bytes after the last input")
