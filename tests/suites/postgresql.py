"""A PostgreSQL server for tests: each test gets a schema of its own, which is dropped after it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = "postgresql://postgres@127.0.0.1:5432/test"


@contextmanager
def fresh_schema(server: str = SERVER) -> Iterator[str]:
    """Yield the URL of an empty schema; skip where no server answers, which CI does not allow.

    Args:
        server: The URL of a database of the server, without options.
    """
    try:
        administrator = psycopg.connect(server, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL server answers at {server}: {error}")
    name = f"liaison_{uuid4().hex}"
    with administrator:
        administrator.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{server}?options=-csearch_path%3D{name}"
        finally:
            administrator.execute(f"DROP SCHEMA {name} CASCADE")
