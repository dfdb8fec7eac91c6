"""The tables of today's schema; a change here needs a step in ``migrations.py``.

Times are UTC microseconds. Documents (params, scores, manifests) are JSON texts, because a
database's own JSON type may change them. Unique constraints, not code, keep numbers unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

METADATA = MetaData()
# In the order of its characters' numbers, as in SQLite and Python; an order of some language
# differs, and changes with the server's libraries, which breaks indexes.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _row() -> Column[int]:
    """Return a key that numbers rows in the order they were committed."""
    # Only an INTEGER key is SQLite's own row number, and needs no index of its own.
    return Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _texts(*names: str) -> Iterator[Column[str]]:
    return (Column(name, TEXT, nullable=False) for name in names)


def _ints(*names: str) -> Iterator[Column[int]]:
    return (Column(name, BigInteger, nullable=False) for name in names)


RELEASES = Table(
    "releases",
    METADATA,
    _row(),
    *_texts("product", "version", "code_digest", "contract_version"),
    *_ints("created_at"),
    UniqueConstraint("product", "version"),
)

GENERATIONS = Table(
    "generations",
    METADATA,
    _row(),
    *_texts("product", "release"),
    *_ints("number"),
    *_texts("artifact", "contract_version"),
    *_ints("created_at", "start", "end", "known_by", "rows", "seed"),
    *_texts("params", "reason", "scores", "lineage"),
    UniqueConstraint("product", "release", "number"),
    ForeignKeyConstraint(["product", "release"], ["releases.product", "releases.version"]),
    CheckConstraint("number >= 1", name="generations_start_at_one"),
)

ALIASES = Table(
    "aliases",
    METADATA,
    _row(),
    *_texts("product", "name", "release"),
    *_ints("generation", "revision"),
    UniqueConstraint("product", "name"),
    ForeignKeyConstraint(
        ["product", "release", "generation"],
        ["generations.product", "generations.release", "generations.number"],
    ),
)

MANIFESTS = Table(
    "manifests",
    METADATA,
    _row(),
    *_texts("product"),
    *_ints("revision"),
    *_texts("document"),
    *_ints("created_at"),
    UniqueConstraint("product", "revision"),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    _row(),
    *_texts("product"),
    *_ints("at"),
    *_texts("who", "action", "why", "detail"),
    Index("decisions_by_product", "product", "row"),
)

TRAININGS = Table(
    "trainings",
    METADATA,
    _row(),
    *_texts("product", "release"),
    *_ints("requested_at"),
    *_texts("reason"),
    *_ints("known_by", "rows"),
    Column("seconds", Double, nullable=False),
    *_texts("verdict", "detail"),
    Column("generation", BigInteger),
    Index("trainings_by_time", "product", "requested_at"),
)

EVALUATIONS = Table(
    "evaluations",
    METADATA,
    _row(),
    *_texts("product"),
    *_ints("start", "end"),
    *_texts("source", "metric"),
    Column("value", Double),
    *_ints("rows", "computed_at"),
    Index("evaluations_by_window", "product", "start", "end", "source", "metric"),
)

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    _row(),
    *_texts("product", "name"),
    *_ints("moment"),
    *_texts("document"),
    UniqueConstraint("product", "name"),
)

LEASES = Table(
    "leases",
    METADATA,
    _row(),
    *_texts("product", "name", "holder"),
    *_ints("token", "granted_at", "expires_at"),
    UniqueConstraint("product", "name"),
)

AGENT_DECISIONS = Table(
    "agent_decisions",
    METADATA,
    _row(),
    *_texts("product"),
    *_ints("at"),
    *_texts("agent", "decision", "why", "seen"),
    Index("agent_decisions_by_time", "product", "at"),
)

TOKENS = Table(
    "tokens",
    METADATA,
    _row(),
    *_texts("product", "name", "digest", "scopes"),
    *_ints("created_at"),
    UniqueConstraint("product", "name"),
)

EVENTS = Table(
    "events",
    METADATA,
    _row(),
    *_texts("product", "id", "key"),
    *_ints("time"),
    *_texts("release"),
    *_ints("generation", "manifest"),
    Column("propensity", Double, nullable=False),
    Column("prediction", LargeBinary, nullable=False),
    Column("features", TEXT),
    *_ints("shadow"),
    Index("events_by_time", "product", "time", "id"),
)
# An event is served once; any number of generations may shadow it, each once.
Index(
    "events_served_once",
    EVENTS.c.product,
    EVENTS.c.id,
    unique=True,
    sqlite_where=text("shadow = 0"),
    postgresql_where=text("shadow = 0"),
)
Index(
    "events_shadowed_once",
    EVENTS.c.product,
    EVENTS.c.id,
    EVENTS.c.release,
    EVENTS.c.generation,
    unique=True,
    sqlite_where=text("shadow = 1"),
    postgresql_where=text("shadow = 1"),
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("product", TEXT, primary_key=True),
    Column("event", TEXT, primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("value", TEXT, primary_key=True),
    Column("arrived", BigInteger, primary_key=True, autoincrement=False),
    Column("occurred", BigInteger, primary_key=True, autoincrement=False),
    Index("outcomes_by_arrival", "product", "arrived"),
    # All columns are the key: without row numbers a row is stored once, beside its event's others.
    sqlite_with_rowid=False,
)

FEATURE_VALUES = Table(
    "feature_values",
    METADATA,
    Column("product", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    *_ints("known", "value"),
    *_texts("entity"),
    Index("feature_values_by_moment", "product", "known", "id"),
)
