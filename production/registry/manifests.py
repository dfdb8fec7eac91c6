"""Manifests: what a deployment publishes, every revision kept, moved on by compare-and-swap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from production.database.tables import MANIFESTS
from production.registry.row import moved, read, unknown, write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from production.database.database import Database


class Inventoried(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a product's manifest.

    Attributes:
        product: The product.
        revision: Counts from 1; the highest one serves.
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
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(
        self, product: str, document: Mapping[str, Any], *, revision: int, moment: int
    ) -> Inventoried:
        """Publish the next revision, provided that nobody published one meanwhile.

        Args:
            product: The product.
            document: The manifest.
            revision: The revision the caller read; 0 for the first.
            moment: The present, microseconds.

        Raises:
            ConflictError: The manifest is at another revision.
        """
        what = f"{product}'s manifest"
        made = Inventoried(
            product=product, revision=revision + 1, document=document, created_at=moment
        )
        with self._database.transaction() as connection:
            held = self.current(product)
            found = held.revision if held else 0
            if found != revision:
                raise moved(what, expected=revision, found=found)
            try:
                write(connection, MANIFESTS, made)
            except IntegrityError as error:
                raise moved(what, expected=revision) from error
        return made

    def current(self, product: str) -> Inventoried | None:
        """Return the newest revision of a product's manifest, or none."""
        with self._database.reading() as connection:
            return newest(connection, product)

    def find(self, product: str, revision: int) -> Inventoried:
        """Return one revision.

        Raises:
            StateError: The manifest never had it.
        """
        held = {manifest.revision: manifest for manifest in self.all(product)}
        if revision not in held:
            raise unknown(
                f"revision {revision} of {product}'s manifest",
                str(revision),
                map(str, held),
                hint=f"no manifest of {product} yet",
            )
        return held[revision]

    def all(self, product: str) -> list[Inventoried]:
        """Return every revision, oldest first."""
        query = (
            select(MANIFESTS).where(MANIFESTS.c.product == product).order_by(MANIFESTS.c.revision)
        )
        with self._database.reading() as connection:
            return [read(Inventoried, row) for row in connection.execute(query)]


def newest(connection: Connection, product: str) -> Inventoried | None:
    """Return the newest revision of a product's manifest that a connection reads, or none."""
    query = (
        select(MANIFESTS)
        .where(MANIFESTS.c.product == product)
        .order_by(MANIFESTS.c.revision.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else read(Inventoried, row)
