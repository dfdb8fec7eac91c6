"""Releases: versions of a product's code, each written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from contracts.errors import ConflictError
from contracts.name import Name, check_name
from production.database.tables import RELEASES
from production.registry.row import read_all, write

if TYPE_CHECKING:
    from production.database.database import Database


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a product's code.

    Attributes:
        product: The product.
        version: The version, such as ``1.0.0``.
        code_digest: The SHA-256 of the code.
        contract_version: The contract it fulfils.
        created_at: When it was released, microseconds.
    """

    product: Name
    version: Name
    code_digest: str
    contract_version: str
    created_at: int


class Releases:
    """The releases of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, release: Release) -> Release:
        """Register a release, and return it as registered: adding it again changes nothing.

        Raises:
            ContractError: The product's name or the version is none: see `contracts.name`.
            ConflictError: The version is registered with other code or another contract.
        """
        check_name("the product", release.product)
        check_name(f"the release of {release.product}", release.version)
        with self._database.transaction() as connection:
            registered = self.find(release.product, release.version)
            if registered is not None:
                return _check_equal(registered, release)
            write(connection, RELEASES, release)
        return release

    def find(self, product: str, version: str) -> Release | None:
        """Return a release, none if the version is not registered."""
        own = (RELEASES.c.product == product, RELEASES.c.version == version)
        releases = read_all(self._database, Release, select(RELEASES).where(*own))
        return releases[0] if releases else None

    def all(self, product: str) -> list[Release]:
        """Return a product's releases, oldest first."""
        query = select(RELEASES).where(RELEASES.c.product == product).order_by(RELEASES.c.row)
        return read_all(self._database, Release, query)


def _check_equal(registered: Release, release: Release) -> Release:
    for field in ("code_digest", "contract_version"):
        old, new = getattr(registered, field), getattr(release, field)
        if old != new:
            raise ConflictError(
                f"release {release.product} {release.version} is registered with {field} {old}, "
                f"not {new}",
                hint="releases never change: raise the version",
            )
    return registered
