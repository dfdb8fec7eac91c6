"""What every database must do with transactions; the test file of a database only builds one."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from contracts.errors import StateError
from production.database.database import Database, snapshot
from production.database.tables import CHECKPOINTS
from tests.suites.writer import killed_after

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]

#: Commits pairs of rows without end, and prints a line after every step.
WRITER = """
import itertools, sys
from sqlalchemy import insert
from production.database.database import Database
from production.database.tables import CHECKPOINTS

database = Database(sys.argv[1])
for number in itertools.count():
    with database.transaction() as connection:
        for name in ("left", "right"):
            row = {"product": str(number), "name": name, "moment": 0, "document": "x" * 5000}
            connection.execute(insert(CHECKPOINTS).values(row))
            print("wrote", flush=True)
    print("committed", number, flush=True)
"""

#: Uses a database on both sides of a fork.
FORKED = """
import os, sys
from sqlalchemy import insert
from production.database.database import Database
from production.database.tables import CHECKPOINTS

def add(name):
    with database.transaction() as connection:
        row = {"product": "p", "name": name, "moment": 0, "document": "{}"}
        connection.execute(insert(CHECKPOINTS).values(row))

database = Database(sys.argv[1])
with database.reading():
    child = os.fork()
    if not child:
        add("child")
        os._exit(0)
    os.waitpid(child, 0)
add("parent")
"""


def add(database: Database, name: str) -> None:
    """Write one row."""
    row = {"product": "p", "name": name, "moment": 0, "document": "{}"}
    with database.transaction() as connection:
        connection.execute(insert(CHECKPOINTS).values(row))


def add_and_fail(database: Database, name: str) -> None:
    """Write one row in a transaction that fails after it."""
    with database.transaction():
        add(database, name)
        raise KeyError(name)


def names(database: Database) -> list[str]:
    """Return the rows' names."""
    with database.reading() as connection:
        query = select(CHECKPOINTS.c.name).order_by(CHECKPOINTS.c.name)
        return list(connection.execute(query).scalars())


class DatabaseSuite:
    """Inherit it and give the fixture `url`: of an empty database."""

    @pytest.fixture
    def database(self, url: str) -> Iterator[Database]:
        """The database, open."""
        with closing(Database(url)) as database:
            yield database

    def test_committed(self, database: Database) -> None:
        """A transaction's writes are there after it."""
        add(database, "a")
        assert names(database) == ["a"]

    def test_rolled_back(self, database: Database) -> None:
        """A transaction's writes are rolled back when it fails."""
        with pytest.raises(KeyError):
            add_and_fail(database, "a")
        assert names(database) == []

    def test_inner_joins_outer(self, database: Database) -> None:
        """An inner transaction is committed with the outer one; readers inside see its writes."""
        with pytest.raises(KeyError), database.transaction():  # noqa: PT012 - what is seen inside
            add(database, "a")
            assert names(database) == ["a"]
            raise KeyError
        assert names(database) == []

    def test_inner_fails_alone(self, database: Database) -> None:
        """An inner transaction that fails undoes its own writes; the outer one goes on."""
        with database.transaction():
            add(database, "a")
            with pytest.raises(KeyError):
                add_and_fail(database, "b")
            add(database, "c")
        assert names(database) == ["a", "c"]

    def test_invisible_before_commit(self, database: Database) -> None:
        """Another thread sees nothing of a transaction before its commit."""
        seen: list[list[str]] = []
        with database.transaction():
            add(database, "a")
            other = threading.Thread(target=lambda: seen.append(names(database)))
            other.start()
            other.join()
        assert seen == [[]]
        assert names(database) == ["a"]

    def test_snapshot(self, database: Database) -> None:
        """A read sees one state throughout, whatever others commit."""
        writer = threading.Thread(target=lambda: add(database, "a"))
        with database.reading():
            assert names(database) == []
            writer.start()
            assert names(database) == []
        writer.join()
        assert names(database) == ["a"]

    def test_read_is_no_write(self, database: Database) -> None:
        """A transaction inside a read is refused, before it can wait for itself."""
        with database.reading(), pytest.raises(StateError, match="cannot turn into a write"):
            add(database, "a")

    def test_writers_wait(self, database: Database) -> None:
        """Writers at the same time wait for each other, and none is lost."""
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: add(database, f"{number:02}"), range(20)))
        assert len(names(database)) == 20

    def test_closed(self, database: Database) -> None:
        """One that is closed stays closed: what uses it then ends, and nothing is open."""
        with database.reading():
            database.close()
            assert names(database) == []
        assert database._engine.pool.checkedin() == 0
        with pytest.raises(StateError, match="was closed"):
            add(database, "a")

    def test_opened_later(self, url: str) -> None:
        """A deferred one makes no schema until it is used first; so does each of its threads."""
        with closing(Database(url, deferred=True)) as database:
            with snapshot(url) if "postgresql" not in url else nullcontext() as connection:
                assert connection is None
            with ThreadPoolExecutor(4) as pool:
                assert list(pool.map(names, [database] * 4)) == [[]] * 4

    def test_opened_while_another_writes(self, database: Database, url: str) -> None:
        """One that has today's schema is opened and read meanwhile."""
        with database.transaction():
            add(database, "a")
            with closing(Database(url)) as other:
                assert names(other) == []

    def test_opened_at_once(self, url: str) -> None:
        """Of threads that open a new database one creates the schema, and all can use it."""
        with ThreadPoolExecutor(4) as pool:
            opened = list(pool.map(lambda _: Database(url), range(4)))
        for number, database in enumerate(opened):
            add(database, str(number))
            database.close()
        fresh = Database(url)
        assert len(names(fresh)) == 4
        fresh.close()

    def test_forked(self, url: str) -> None:
        """A forked process opens its own connection, and does not use its parent's."""
        subprocess.run([sys.executable, "-c", FORKED, url], check=True, cwd=REPOSITORY, timeout=600)
        database = Database(url)
        assert names(database) == ["child", "parent"]
        database.close()

    @pytest.mark.parametrize("seed", range(4))
    def test_killed(self, url: str, seed: int) -> None:
        """A writer killed at any step leaves whole transactions alone, and all it acknowledged."""
        steps = random.Random(seed).randrange(1, 60)  # noqa: S311 - a step to stop at, not a secret
        lines = killed_after(steps, WRITER, url)
        acknowledged = sum(line.startswith("committed") for line in lines)
        with closing(Database(url)) as database:
            rows = names(database)
        assert rows.count("left") == rows.count("right") >= acknowledged
