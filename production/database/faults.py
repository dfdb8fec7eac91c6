"""Faults of a database as errors of ours, which name it, the cause and the next step.

SQLAlchemy hands every error of its driver to one listener: on opening, in a statement, in a commit.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import event

from contracts.errors import StateError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Engine
    from sqlalchemy.engine import ExceptionContext

#: The end of a hint.
AGAIN = "then run the same command again"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a fault means to whoever runs the command.

    Attributes:
        what: What is wrong with the database.
        hint: The next step.
        kind: The kind of error that it becomes.
    """

    what: str
    hint: str
    kind: type[StateError] = UnavailableError


def translate_faults(engine: Engine, fault: Callable[[BaseException], Fault | None]) -> Engine:
    """Make an engine raise a StateError for each fault of its database, and return the engine.

    SQLite may have ended the whole transaction already, so that further statements would be
    committed one by one: all of it is rolled back and its connection closed, so that nothing more
    of the transaction can run.

    Args:
        engine: The engine.
        fault: Returns what a driver's error means, none if it is no fault of the database.
    """

    def translate(context: ExceptionContext) -> StateError | None:
        error = context.original_exception
        meaning = fault(error)
        if meaning is None or context.engine is None:
            return None
        _roll_back(context)
        if not context.is_disconnect:
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
        what = f"the database {_place(context.engine.url)} {meaning.what}: {_cause(error)}"
        return meaning.kind(what, hint=meaning.hint)

    event.listen(engine, "handle_error", translate)
    return engine


def _roll_back(context: ExceptionContext) -> None:
    """Release the locks now: a closed connection keeps them as long as something has its cursor."""
    driver = context.dialect.loaded_dbapi
    if context.connection is not None and not context.connection.invalidated:
        with suppress(driver.Error):  # the first error is the one to know of
            context.connection.connection.rollback()


def _place(url: URL) -> str:
    """Return a database's file, or its name and host; never a password."""
    return f"{url.database} on {url.host}" if url.host else str(url.database)


def _cause(error: BaseException) -> str:
    """Return the driver's own words in one line, with the code that tells causes apart."""
    codes = (getattr(error, name, None) for name in ("sqlite_errorname", "sqlstate"))
    code = next(filter(None, codes), type(error).__name__)
    return f"{' '.join(str(error).split())} ({code})"
