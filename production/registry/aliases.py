"""Aliases: names such as ``champion`` that point to a generation, moved by compare-and-swap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from contracts.errors import StateError
from production.database.tables import ALIASES
from production.registry.row import moved, read, unknown, write

if TYPE_CHECKING:
    from production.database.database import Database


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A name that points to a generation.

    Attributes:
        product: The product.
        name: The name, such as ``champion``.
        release: The release of the generation it points to.
        generation: The generation's number.
        revision: How often it was set: the next to move it must name this.
    """

    product: str
    name: str
    release: str
    generation: int
    revision: int


class Aliases:
    """The aliases of a database.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def point(
        self, product: str, name: str, *, release: str, generation: int, revision: int
    ) -> Alias:
        """Point a name to a generation, provided that nobody moved it meanwhile.

        Args:
            product: The product.
            name: The name.
            release: The release of the generation.
            generation: The generation's number.
            revision: The revision the caller read; 0 for a name that is new.

        Raises:
            ConflictError: The name is at another revision.
            StateError: The generation is unknown.
        """
        alias = Alias(
            product=product,
            name=name,
            release=release,
            generation=generation,
            revision=revision + 1,
        )
        with self._database.transaction():
            held = self.current(product, name)
            found = held.revision if held else 0
            if found != revision:
                what = f"{_named(alias)}{_at(held)}"
                raise moved(what, expected=revision, found=found)
            self._put(alias, new=held is None)
        return alias

    def current(self, product: str, name: str) -> Alias | None:
        """Return where a name points, or none."""
        query = select(ALIASES).where(ALIASES.c.product == product, ALIASES.c.name == name)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else read(Alias, row)

    def find(self, product: str, name: str) -> Alias:
        """Return where a name points.

        Raises:
            StateError: There is no such name.
        """
        found = self.current(product, name)
        if found is None:
            names = [alias.name for alias in self.all(product)]
            hint = f"no alias of {product} yet: promote a generation first"
            raise unknown(f"alias {product} {name}", name, names, hint=hint)
        return found

    def all(self, product: str) -> list[Alias]:
        """Return a product's aliases, by name."""
        query = select(ALIASES).where(ALIASES.c.product == product).order_by(ALIASES.c.name)
        with self._database.reading() as connection:
            return [read(Alias, row) for row in connection.execute(query)]

    def _put(self, alias: Alias, *, new: bool) -> None:
        try:
            with self._database.transaction() as connection:
                if new:
                    write(connection, ALIASES, alias)
                    return
                # The revision stands in the condition, not only in what was read: no dialect's
                # weaker isolation can then lose an update.
                same = (ALIASES.c.product == alias.product) & (ALIASES.c.name == alias.name)
                changed = connection.execute(
                    update(ALIASES)
                    .where(same, ALIASES.c.revision == alias.revision - 1)
                    .values(msgspec.structs.asdict(alias))
                )
                if changed.rowcount != 1:
                    raise moved(_named(alias), expected=alias.revision - 1)
        except IntegrityError as error:
            raise _refused(alias, error) from error


def _named(alias: Alias) -> str:
    return f"{alias.product}'s alias {alias.name}"


def _at(held: Alias | None) -> str:
    return f" points to {held.release}/{held.generation} and" if held else ""


def _refused(alias: Alias, error: IntegrityError) -> StateError:
    if "foreign" in str(error.orig).lower():
        return StateError(
            f"unknown generation {alias.product} {alias.release}/{alias.generation}",
            hint="register the generation first",
        )
    return moved(_named(alias), expected=alias.revision - 1)
