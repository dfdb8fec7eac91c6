"""The schema's version, stored in the database, and the steps from older versions to today's.

An empty database gets today's tables at once; an older one is migrated step by step, all in the
transaction that opens the database, so that two processes cannot both migrate it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    text,
    update,
)

from contracts.errors import StateError
from production.database.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Inspector

Migration = Callable[[Connection], None]


def _add_decisions(connection: Connection) -> None:
    """Lead from version 1 to 2: decisions of people are recorded."""
    tables = MetaData()
    texts = ("who", "action", "why", "detail")
    Table(
        "decisions",
        tables,
        Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("product", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        *(Column(name, Text, nullable=False) for name in texts),
        Index("decisions_by_product", "product", "row"),
    )
    tables.create_all(connection)


def _add_tokens(connection: Connection) -> None:
    """Lead from version 2 to 3: tokens open a product's servers."""
    tables = MetaData()
    texts = ("product", "name", "digest", "scopes")
    Table(
        "tokens",
        tables,
        Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        *(Column(name, Text, nullable=False) for name in texts),
        Column("created_at", BigInteger, nullable=False),
        UniqueConstraint("product", "name"),
    )
    tables.create_all(connection)


def _add_leases(connection: Connection) -> None:
    """Lead from version 3 to 4: agents hold leases, and record what they decide."""
    tables = MetaData()
    key = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "leases",
        tables,
        Column("row", key, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("product", "name", "holder")),
        *(
            Column(name, BigInteger, nullable=False)
            for name in ("token", "granted_at", "expires_at")
        ),
        UniqueConstraint("product", "name"),
    )
    texts = ("agent", "decision", "why", "seen")
    Table(
        "agent_decisions",
        tables,
        Column("row", key, primary_key=True),
        Column("product", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        *(Column(name, Text, nullable=False) for name in texts),
        Index("agent_decisions_by_time", "product", "at"),
    )
    tables.create_all(connection)


def _add_lineage(connection: Connection) -> None:
    """Lead from version 4 to 5: generations say what they have learned, and of which."""
    # The same in every dialect; no value of it comes from outside.
    connection.execute(
        text("ALTER TABLE generations ADD COLUMN lineage TEXT DEFAULT 'null' NOT NULL")
    )


def _add_feature_values(connection: Connection) -> None:
    """Lead from version 5 to 6: the values of stored features are kept."""
    tables, words = MetaData(), Text().with_variant(Text(collation="C"), "postgresql")
    Table(
        "feature_values",
        tables,
        *(Column(name, words, primary_key=True) for name in ("product", "id")),
        *(Column(name, BigInteger, nullable=False) for name in ("known", "value")),
        Column("entity", words, nullable=False),
        Index("feature_values_by_moment", "product", "known", "id"),
    )
    tables.create_all(connection)


#: Step i leads from schema version i + 1 to i + 2. No step uses today's tables, which change later.
MIGRATIONS: tuple[Migration, ...] = (
    _add_decisions,
    _add_tokens,
    _add_leases,
    _add_lineage,
    _add_feature_values,
)

# Not a part of the schema whose version it states: its own columns never change.
VERSION = Table("schema_version", MetaData(), Column("version", Integer, primary_key=True))


def version(connection: Connection) -> int:
    """Return the schema version of a database, 0 for an empty one.

    Raises:
        StateError: It has tables of our names, but no version.
    """
    inspector = inspect(connection)
    if inspector.has_table(VERSION.name):
        return int(connection.execute(select(VERSION.c.version)).scalar_one())
    _check_empty(inspector)
    return 0


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a database to today's schema, inside the caller's transaction.

    Raises:
        StateError: Newer code wrote the database.
    """
    number, latest = version(connection), 1 + len(migrations)
    if number > latest:
        raise StateError(
            f"the database has schema version {number}, this code knows up to {latest}",
            hint="install the version of liaison-lifecycle that wrote it, or a newer one",
        )
    if number == 0:
        METADATA.create_all(connection)
        VERSION.create(connection)
        connection.execute(insert(VERSION).values(version=latest))
        return
    for step in migrations[number - 1 :]:
        step(connection)
    if number < latest:
        connection.execute(update(VERSION).values(version=latest))


def _check_empty(inspector: Inspector) -> None:
    taken = sorted({*inspector.get_table_names()} & {*METADATA.tables})
    if taken:
        raise StateError(
            f"expected an empty database, found the tables {taken} without a schema version",
            hint="give this product a database of its own",
        )
