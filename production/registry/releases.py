"""Releases: versions of a product's code, each written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from contracts.errors import ConflictError
from production.database.tables import RELEASES
from production.registry.row import read, unknown, write

if TYPE_CHECKING:
    from production.database.database import Database


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a product's code.

    Attributes:
        product: The product.
        version: The version, such as ``1.0.0``.
        code_digest: What the code was, as a SHA-256.
        contract_version: The contract it fulfils.
        created_at: When it was released, microseconds.
    """

    product: str
    version: str
    code_digest: str
    contract_version: str
    created_at: int


class Releases:
    """The releases of a database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, release: Release) -> Release:
        """Register a release; return the one that stands, which a repetition does not change.

        Raises:
            ConflictError: The version stands for other code or another contract.
        """
        with self._database.transaction() as connection:
            for held in self.all(release.product):
                if held.version == release.version:
                    return _same(held, release)
            write(connection, RELEASES, release)
        return release

    def find(self, product: str, version: str) -> Release:
        """Return a release.

        Raises:
            StateError: There is none of that version.
        """
        held = {release.version: release for release in self.all(product)}
        if version not in held:
            raise unknown(
                f"release {product} {version}", version, held, hint=f"no release of {product} yet"
            )
        return held[version]

    def all(self, product: str) -> list[Release]:
        """Return a product's releases, oldest first."""
        query = select(RELEASES).where(RELEASES.c.product == product).order_by(RELEASES.c.row)
        with self._database.reading() as connection:
            return [read(Release, row) for row in connection.execute(query)]


def _same(held: Release, release: Release) -> Release:
    for field in ("code_digest", "contract_version"):
        old, new = getattr(held, field), getattr(release, field)
        if old != new:
            raise ConflictError(
                f"release {held.product} {held.version} stands with {field} {old}, not {new}",
                hint="releases never change: raise the version",
            )
    return held
