"""Errors as problem details (RFC 9457): what was expected, what came, the next step.

What went wrong inside the server is for its log, not for a client: of an error with a status from
500 on only its kind is stated.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import (
    KINDS,
    ConfigError,
    ConflictError,
    DataError,
    LiaisonError,
    StateError,
    UnknownNameError,
)
from production.service.http import PROBLEM, Headers, HttpResponse

if TYPE_CHECKING:
    from production.service.http import HttpRequest

LOG = logging.getLogger("liaison.service")
#: Where msgspec's messages name the place of an error, and a field that is missing or unknown.
PLACE = re.compile(r" - at `\$\.?([^`]*)`")
FIELD = re.compile(r"(?:unknown|required) field `([^`]*)`|the field '([^']*)'")
#: Where they say that a time is none, and how times are written.
NO_TIME = re.compile(r"RFC3339|`datetime")
AS_WRITTEN = 'a time is a text with its offset: "2024-03-17T21:40:00Z"'
INTERNAL = "the server could not answer; its log says why"
#: For a client, the kind of error of a status: who asks is wrong, or what is asked for is not
#: there. Of the other statuses one below 500 is the data's, the rest are the server's.
ASKED: dict[int, type[LiaisonError]] = {
    **dict.fromkeys((401, 403, 421), ConfigError),
    404: UnknownNameError,
    409: ConflictError,
}
#: How many lines of details a response has.
SHOWN = 10


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem, as clients read it.

    Attributes:
        title: The status in words.
        status: The status.
        detail: What was expected, and what came.
        hint: The next step.
        field: The field of the request that is wrong.
        row: The record of a batch that is wrong, counted from 0.
        errors: Further lines.
        type: What kind of problem: its status says it all.
    """

    title: str
    status: int
    detail: str
    hint: str = ""
    field: str = ""
    row: int | None = None
    errors: tuple[str, ...] = ()
    type: str = "about:blank"


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A request cannot be answered as asked.

    Args:
        status: The status.
        detail: What was expected, and what came.
        hint: The next step.
        field: The field of the request that is wrong.
        row: The record of a batch that is wrong.
        headers: Further headers, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        hint: str = "",
        field: str = "",
        row: int | None = None,
        headers: Headers = (),
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.hint = status, detail, hint
        self.field, self.row, self.headers = field, row, headers

    def details(self) -> ProblemDetails:
        """Return the problem as clients read it."""
        return ProblemDetails(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            hint=self.hint,
            field=self.field,
            row=self.row,
        )


def overloaded(detail: str, *, hint: str = "", seconds: int = 1) -> Problem:
    """Return the problem of a server that cannot take a request now, and when to try again."""
    return Problem(503, detail, hint=hint, headers=((b"retry-after", b"%d" % seconds),))


def nothing_deployed() -> Problem:
    """Return the problem of a process that has nothing to predict with."""
    return overloaded(
        "nothing is deployed",
        hint="python -m production task=deploy brings a product into service; where one was "
        "deployed, the server's log says why it cannot serve",
    )


def unsupported(kind: bytes, *expected: bytes) -> Problem:
    """Return the problem of a body of another media type."""
    names = ", ".join(each.decode() for each in expected)
    return Problem(
        415,
        f"expected a body of {names}, got {kind.decode('latin-1') or 'none stated'}",
        hint="send the header Content-Type: application/json",
    )


def check_encoding(request: HttpRequest) -> None:
    """Refuse a body that is compressed: what it unpacks to has no bound.

    Raises:
        Problem: It says that it is.
    """
    encoding = request.headers.get(b"content-encoding", b"identity")
    if encoding.lower() != b"identity":
        raise Problem(
            415,
            f"expected a body that is not compressed, got {encoding.decode('latin-1')}",
            hint="send it without the header Content-Encoding",
        )


def time_hint(error: Exception) -> str:
    """Return how times are written, where an error of decoding is of one; else nothing."""
    return AS_WRITTEN if NO_TIME.search(str(error)) else ""


def refusal(error: DataError, *, row: int | None = None) -> Problem:
    """Return the problem of data that are refused, with the field's name on its own."""
    place, field = PLACE.search(error.message), FIELD.search(error.message)
    names = [place[1] if place else "", (field[1] or field[2]) if field else ""]
    return Problem(
        _status(error),
        PLACE.sub("", error.message),
        hint=error.hint,
        field=".".join(filter(None, names)),
        row=row,
    )


def problem_response(error: Exception) -> HttpResponse:
    """Return the response for whatever was raised; what is the server's own fault is logged."""
    if isinstance(error, Problem):
        return _response(error.details(), error.headers)
    if isinstance(error, DataError):
        return problem_response(refusal(error))
    if isinstance(error, LiaisonError) and (status := _status(error)) < 500:
        return _response(
            ProblemDetails(
                title=HTTPStatus(status).phrase,
                status=status,
                detail=error.message,
                hint=error.hint,
                errors=error.details[:SHOWN],
            )
        )
    status = status_of(error)
    LOG.error("a request failed: %s: %s", type(error).__name__, error, exc_info=error)
    return problem_response(Problem(status, INTERNAL))


def answered_error(status: int, body: bytes, where: str) -> LiaisonError:
    """Return the error of a problem that a server answered, for its client to raise.

    Args:
        status: The status.
        body: The body, a problem unless something between the two answered.
        where: What was asked.
    """
    try:
        problem = msgspec.json.decode(body, type=ProblemDetails)
    except msgspec.DecodeError:
        problem = ProblemDetails(title="", status=status, detail=body[:200].decode("latin-1"))
    row = "" if problem.row is None else f"row {problem.row}"
    kind = ASKED.get(status, DataError if status < 500 else StateError)
    detail = ": ".join(filter(None, (row, problem.field, problem.detail)))
    return kind(f"{where} answered {status}: {detail}", hint=problem.hint, details=problem.errors)


def status_of(error: Exception) -> int:
    """Return the status with which an error is answered."""
    if isinstance(error, Problem):
        return error.status
    return _status(error) if isinstance(error, LiaisonError) else 500


def _status(error: LiaisonError) -> int:
    return next(status for kind, (_, status) in KINDS.items() if isinstance(error, kind))


def _response(details: ProblemDetails, headers: Headers = ()) -> HttpResponse:
    body = msgspec.json.encode(details)
    return HttpResponse(status=details.status, body=body, kind=PROBLEM, headers=headers)
