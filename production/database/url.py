"""URLs of databases: parsed, and completed by the folder of a run."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from contracts.errors import ConfigError
from contracts.host.password import without_password

#: The type's name for code that does not import SQLAlchemy.
DatabaseURL = URL
PLACE = "{state}"
EXAMPLE = "for example sqlite:///outputs/state.db"


def parse(url: str | URL) -> URL:
    """Return a URL in its parts.

    Raises:
        ConfigError: It is malformed.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        shown = without_password(str(url))
        raise ConfigError(f"expected a database URL, got {shown!r}", hint=EXAMPLE) from None


def in_folder(template: str, folder: Path) -> URL:
    """Return the URL of a database that lies in a folder, whatever characters its path has.

    In a URL's text ``?``, ``%`` and ``#`` have meanings of their own: two folders could become one.

    Args:
        template: A URL with ``{state}`` where the folder goes.
        folder: The folder.

    Raises:
        ConfigError: The template is malformed, or names a place outside the folder or a server.
    """
    parsed = parse(template)
    if parsed.get_backend_name() == "postgresql":
        raise ConfigError(
            "database=postgresql: a run in virtual time keeps its state in a folder of its own",
            hint="database=sqlite, which is sqlite:///{state}/liaison.db",
        )
    database = (parsed.database or "").replace(PLACE, str(folder))
    if not Path(database).resolve().is_relative_to(folder.resolve()):
        raise ConfigError(
            f"database.url={without_password(template)}: expected {PLACE} in it, the run's own "
            "folder",
            hint="for example database.url=sqlite:///{state}/liaison.db",
        )
    return parsed.set(database=database)
