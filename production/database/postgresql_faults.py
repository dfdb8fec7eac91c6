"""What PostgreSQL's errors mean: a server that cannot be reached or written, and locks."""

from __future__ import annotations

from contracts.errors import ConflictError
from production.database.faults import AGAIN, Fault

_UNREACHABLE = Fault(
    what="cannot be reached",
    hint=f"check the URL, the login and that the server runs, {AGAIN}",
)
_READ_ONLY = Fault(
    what="cannot be written", hint=f"connect to the primary as a user who may write, {AGAIN}"
)
_DAMAGED = Fault(what="is damaged", hint="restore it from a backup")
_TAKEN = Fault(
    what="was changed by another process at the same time", hint=AGAIN, kind=ConflictError
)
#: By SQLSTATE or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
FAULTS: dict[str, Fault] = {
    "08": _UNREACHABLE,
    "28": _UNREACHABLE,
    "57P": _UNREACHABLE,
    "25006": _READ_ONLY,
    "25P03": Fault(
        what="rolled back a transaction whose process stood still for too long",
        hint=AGAIN,
        kind=ConflictError,
    ),
    "42501": _READ_ONLY,
    "3F000": Fault(
        what="has no such schema", hint=f"create the schema that search_path names, {AGAIN}"
    ),
    "40001": _TAKEN,
    "40P01": _TAKEN,
    "53": Fault(what="has no space or memory left", hint=f"free some, {AGAIN}"),
    "55P03": Fault(
        what="was locked by another process for too long",
        hint=f"let it finish, {AGAIN}",
        kind=ConflictError,
    ),
    "57014": Fault(
        what="did not answer in time", hint=f"raise the server's statement_timeout, {AGAIN}"
    ),
    "58": Fault(what="could not be read or written", hint=f"check the server's disk, {AGAIN}"),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}


def postgresql_fault(error: BaseException) -> Fault | None:
    """Return what an error of psycopg means, none if it is no fault of the database."""
    import psycopg  # noqa: PLC0415 - an optional extra

    if not isinstance(error, psycopg.Error):
        return None
    if error.sqlstate is None:  # it comes from no server
        return _UNREACHABLE if isinstance(error, psycopg.OperationalError) else None
    prefixes = (error.sqlstate[:length] for length in (5, 3, 2))
    return next((FAULTS[prefix] for prefix in prefixes if prefix in FAULTS), None)
