"""A product whose database goes away and comes back, while it serves and while it starts."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import make_url

from production.settings import DatabaseSettings
from tests.production.service.conftest import RECORD
from tests.production.service.running import DEADLINE, running_server
from tests.suites.cut_connection import CutConnection
from tests.suites.postgresql import fresh_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.contract import Contract
    from tests.production.service.running import Server

pytestmark = pytest.mark.e2e


@pytest.fixture
def connection() -> Iterator[tuple[CutConnection, str, str]]:
    """A way to PostgreSQL that can be cut, with the URL of a schema through it, and without it."""
    with fresh_schema() as url:
        direct = make_url(url)
        way = CutConnection((direct.host or "", direct.port or 5432))
        through = direct.set(port=way.port).render_as_string(hide_password=False)
        yield way, through, url
        way.cut()


def events(url: str) -> set[str]:
    """Return the ids of the events in a database."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("select id from events")}


def outcomes(url: str) -> set[str]:
    """Return the events whose outcomes are in a database."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("select event from outcomes")}


def notes(server: Server) -> list[str]:
    """Return what a server says does not work; it must be ready."""
    status, ready = server.ask("GET", "/readyz")
    assert status == 200
    noted: list[str] = ready["notes"]
    return noted


def predict(server: Server, event: str) -> None:
    """Let a server predict; it must."""
    assert server.ask("POST", "/predict", {"record": RECORD, "id": event})[0] == 200


def until(condition: Callable[[], bool]) -> None:
    """Return when a condition holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_database_goes_and_comes_back(
    live: Callable[..., Any],
    contract: Contract,
    connection: tuple[CutConnection, str, str],
    tmp_path: Path,
) -> None:
    """Predictions go on, in a process that starts then too; nothing acknowledged is lost."""
    way, through, url = connection
    case = live("gate=open")
    case.config = replace(case.config, database=DatabaseSettings(name="postgresql", url=through))
    case.deploy()

    @contextmanager
    def serve() -> Iterator[Server]:
        words = ("database=postgresql", f"database.url='{through}'")
        with running_server(contract, tmp_path / "live", *words) as server:
            yield server

    with serve() as server:
        predict(server, "before")
        assert server.ask("POST", "/outcomes", {"event": "before", "value": True})[0] == 200
        assert notes(server) == []
        way.cut()
        predict(server, "away")
        assert server.ask("POST", "/outcomes", {"event": "away", "value": True})[0] == 503
        until(lambda: server.metric("liaison_spool_depth") >= 1)
        predict(server, "last")
        until(lambda: server.metric("liaison_spool_depth") == 2)
        server.process.kill()
    with serve() as server:
        assert "1.0.0/1 by manifest 1" in server.line
        assert "the manifest that was known last serves" in notes(server)[0]
        assert server.metric("liaison_manifest_confirmed") == 0
        predict(server, "restarted")
        way.restore()
        until(lambda: notes(server) == [])
        assert server.ask("POST", "/outcomes", {"event": "last", "value": True})[0] == 200
        server.end()
    assert events(url) == {"before", "away", "last", "restarted"}
    assert outcomes(url) == {"before", "last"}
