"""Aliases: names such as ``champion`` that point to a generation, moved by compare-and-swap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from contracts.errors import StateError
from contracts.name import Name, check_name
from production.database.tables import ALIASES
from production.registry.row import lost, read_all, write

if TYPE_CHECKING:
    from production.database.database import Database


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A name that points to a generation.

    Attributes:
        product: The product.
        name: The name, such as ``champion``.
        release: The release of the generation it points to.
        generation: The generation's number.
        revision: How often it was set; whoever moves it next must name this.
    """

    product: Name
    name: Name
    release: Name
    generation: int
    revision: int


class Aliases:
    """The aliases of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def point(
        self, product: str, name: str, *, release: str, generation: int, revision: int
    ) -> Alias:
        """Point a name to a generation, unless someone else moved it since the caller read.

        Args:
            product: The product.
            name: The name.
            release: The release of the generation.
            generation: The generation's number.
            revision: The revision the caller read; 0 for a new name.

        Raises:
            ContractError: The name is none: see `contracts.name`.
            ConflictError: The name is at another revision.
            StateError: The generation is unknown.
        """
        check_name(f"the alias of {product}", name)
        alias = Alias(
            product=product,
            name=name,
            release=release,
            generation=generation,
            revision=revision + 1,
        )
        with self._database.transaction():
            before = self.current(product, name)
            current = before.revision if before else 0
            if current != revision:
                raise lost(_phrase(alias, before), expected=revision, current=current)
            self._put(alias, new=before is None)
        return alias

    def current(self, product: str, name: str) -> Alias | None:
        """Return where a name points, none if it is not set."""
        query = select(ALIASES).where(ALIASES.c.product == product, ALIASES.c.name == name)
        return next(iter(read_all(self._database, Alias, query)), None)

    def _put(self, alias: Alias, *, new: bool) -> None:
        try:
            with self._database.transaction() as connection:
                if new:
                    write(connection, ALIASES, alias)
                    return
                # The condition names the revision too, so that no update is lost where a database
                # isolates transactions less than SQLite does.
                same = (ALIASES.c.product == alias.product) & (ALIASES.c.name == alias.name)
                changed = connection.execute(
                    update(ALIASES)
                    .where(same, ALIASES.c.revision == alias.revision - 1)
                    .values(msgspec.structs.asdict(alias))
                )
                if changed.rowcount != 1:
                    raise lost(_phrase(alias), expected=alias.revision - 1)
        except IntegrityError as error:
            raise _error(alias, error) from error


def _phrase(alias: Alias, before: Alias | None = None) -> str:
    at = f" points to {before.release}/{before.generation} and" if before else ""
    return f"{alias.product}'s alias {alias.name}{at}"


def _error(alias: Alias, error: IntegrityError) -> StateError:
    if "foreign" in str(error.orig).lower():
        return StateError(
            f"unknown generation {alias.product} {alias.release}/{alias.generation}",
            hint="register the generation first",
        )
    return lost(_phrase(alias), expected=alias.revision - 1)
