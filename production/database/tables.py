"""The tables of today's schema; a change here needs a step in ``migrations.py``.

Times are UTC microseconds. Documents (params, scores, manifests) are JSON texts: no dialect then
changes what they hold. Unique constraints, not code, keep numbers and revisions apart.
"""

from __future__ import annotations

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

METADATA = MetaData()


def _row() -> Column[int]:
    """Return a key that counts rows in the order they were committed."""
    # Only an INTEGER key is SQLite's own row number, and needs no index beside it.
    return Column("row", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _int(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _float(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Double, nullable=null)


RELEASES = Table(
    "releases",
    METADATA,
    _row(),
    _text("product"),
    _text("version"),
    _text("code_digest"),
    _text("contract_version"),
    _int("created_at"),
    UniqueConstraint("product", "version"),
)

GENERATIONS = Table(
    "generations",
    METADATA,
    _row(),
    _text("product"),
    _text("release"),
    _int("number"),
    _text("artifact"),
    _text("contract_version"),
    _int("created_at"),
    _int("start"),
    _int("end"),
    _int("known_by"),
    _int("rows"),
    _int("seed"),
    _text("params"),
    _text("reason"),
    _text("scores"),
    UniqueConstraint("product", "release", "number"),
    ForeignKeyConstraint(["product", "release"], ["releases.product", "releases.version"]),
    CheckConstraint("number >= 1", name="generations_start_at_one"),
)

ALIASES = Table(
    "aliases",
    METADATA,
    _row(),
    _text("product"),
    _text("name"),
    _text("release"),
    _int("generation"),
    _int("revision"),
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
    _text("product"),
    _int("revision"),
    _text("document"),
    _int("created_at"),
    UniqueConstraint("product", "revision"),
)

TRAININGS = Table(
    "trainings",
    METADATA,
    _row(),
    _text("product"),
    _text("release"),
    _int("requested_at"),
    _text("reason"),
    _int("known_by"),
    _int("rows"),
    _float("seconds"),
    _text("verdict"),
    _text("detail"),
    _int("generation", null=True),
    Index("trainings_by_time", "product", "requested_at"),
)

EVALUATIONS = Table(
    "evaluations",
    METADATA,
    _row(),
    _text("product"),
    _int("start"),
    _int("end"),
    _text("source"),
    _text("metric"),
    _float("value", null=True),
    _int("rows"),
    _int("computed_at"),
    Index("evaluations_by_window", "product", "start", "end", "source", "metric"),
)

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    _row(),
    _text("product"),
    _text("name"),
    _int("moment"),
    _text("document"),
    UniqueConstraint("product", "name"),
)

EVENTS = Table(
    "events",
    METADATA,
    _row(),
    _text("product"),
    _text("id"),
    _text("key"),
    _int("time"),
    _text("release"),
    _int("generation"),
    _int("manifest"),
    _float("propensity"),
    Column("prediction", LargeBinary, nullable=False),
    _text("features", null=True),
    _int("shadow"),
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
    Column("product", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Text, primary_key=True),
    Column("arrived", BigInteger, primary_key=True, autoincrement=False),
    Column("occurred", BigInteger, primary_key=True, autoincrement=False),
    Index("outcomes_by_arrival", "product", "arrived"),
    # The key is the whole row: without row numbers it is stored once, beside its event's others.
    sqlite_with_rowid=False,
)
