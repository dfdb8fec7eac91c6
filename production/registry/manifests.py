"""Manifests: what a deployment publishes; every revision is kept, a new one by compare-and-swap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from contracts.errors import StateError
from production.database.database import snapshot
from production.database.tables import MANIFESTS
from production.registry.row import lost, read, read_all, write

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from production.database.database import Database

NEWEST = (
    select(MANIFESTS)
    .where(MANIFESTS.c.product == bindparam("of"))
    .order_by(MANIFESTS.c.revision.desc())
    .limit(1)
)


class Inventoried(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a product's manifest.

    Attributes:
        product: The product.
        revision: Counted from 1; the highest one serves.
        document: The manifest, as the deployment wrote it.
        created_at: When it was published, microseconds.
    """

    product: str
    revision: int
    document: Mapping[str, Any]
    created_at: int


class Manifests:
    """The inventory: the manifests of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(
        self, product: str, document: Mapping[str, Any], *, revision: int, moment: int
    ) -> Inventoried:
        """Publish the next revision, unless someone else did so since the caller read.

        Args:
            product: The product.
            document: The manifest.
            revision: The revision the caller read; 0 for the first.
            moment: The current time, microseconds.

        Raises:
            ConflictError: The manifest is at another revision.
        """
        what = f"{product}'s manifest"
        published = Inventoried(
            product=product, revision=revision + 1, document=document, created_at=moment
        )
        with self._database.transaction() as connection:
            newest = _newest(connection, product)
            current = newest.revision if newest else 0
            if current != revision:
                raise lost(what, expected=revision, current=current)
            try:
                write(connection, MANIFESTS, published)
            except IntegrityError as error:
                raise lost(what, expected=revision) from error
        return published

    def current(self, product: str) -> Inventoried | None:
        """Return the newest revision of a product's manifest, none before the first."""
        with self._database.reading() as connection:
            return _newest(connection, product)

    def require(self, product: str) -> Inventoried:
        """Return the newest revision of the manifest of a product in service.

        Raises:
            StateError: The product is not in service.
        """
        newest = self.current(product)
        if newest is None:
            raise not_in_service(product)
        return newest

    def first(self, product: str) -> Inventoried | None:
        """Return the revision that brought a product into service, none before it."""
        first = (MANIFESTS.c.product == product, MANIFESTS.c.revision == 1)
        query = select(MANIFESTS).where(*first)
        return next(iter(read_all(self._database, Inventoried, query)), None)

    def last(self, product: str, count: int) -> list[Inventoried]:
        """Return the revisions published last, newest first."""
        query = select(MANIFESTS).where(MANIFESTS.c.product == product)
        query = query.order_by(MANIFESTS.c.revision.desc()).limit(count)
        return read_all(self._database, Inventoried, query)

    def all(self, product: str) -> list[Inventoried]:
        """Return every revision, oldest first."""
        query = (
            select(MANIFESTS).where(MANIFESTS.c.product == product).order_by(MANIFESTS.c.revision)
        )
        return read_all(self._database, Inventoried, query)


def deployed(url: str | URL, product: str) -> Inventoried | None:
    """Return the newest manifest in a database that is only read, none before the first.

    Raises:
        ConfigError: The URL is malformed.
        StateError: The database cannot be read.
    """
    with snapshot(url) as connection:
        return None if connection is None else _newest(connection, product)


def not_in_service(product: str, why: str = "") -> StateError:
    """Return the error for a product that has no manifest yet, with why in a few words."""
    return StateError(
        f"{product} is not in service" + (f": {why}" if why else ""),
        hint=f"python -m production task=deploy product={product}",
    )


def _newest(connection: Connection, product: str) -> Inventoried | None:
    return next(iter(read(connection, Inventoried, NEWEST, {"of": product})), None)
