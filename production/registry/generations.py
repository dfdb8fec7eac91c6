"""Generations: the trained states of a release, numbered by the database, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import String, cast, func, select
from sqlalchemy.exc import IntegrityError

from contracts.errors import StateError
from production.database.tables import GENERATIONS
from production.registry.row import lost, read_all, write

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from production.database.database import Database


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """One trained state of a release, not yet numbered.

    Attributes:
        product: The product.
        release: The release's version.
        artifact: The digest of its artifact.
        contract_version: The contract it fulfils.
        created_at: When it was registered, microseconds.
        start: The first event time it was trained on.
        end: The end of the event times it was trained on.
        known_by: It was trained on outcomes that arrived before this moment.
        rows: The number of rows it was trained on.
        seed: The seed it was trained with.
        params: The parameters it was trained with.
        reason: Why it was trained.
        scores: The metrics it was judged by.
        lineage: How it came about, see `LineageRecord`; none where no refresh goes on from it.
    """

    product: str
    release: str
    artifact: str
    contract_version: str
    created_at: int
    start: int
    end: int
    known_by: int
    rows: int
    seed: int
    params: Mapping[str, Any]
    reason: str
    scores: Mapping[str, float]
    lineage: Mapping[str, Any] | None = None


class Generation(Trained, frozen=True, kw_only=True):
    """A registered trained state: its number counts from 1 within its release."""

    number: int


class Generations:
    """The generations of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, trained: Trained) -> Generation:
        """Register a trained state under the next number of its release.

        Raises:
            ConflictError: Another writer took that number.
            StateError: The release is unknown.
        """
        highest = select(func.max(GENERATIONS.c.number)).where(
            *_of(trained.product, trained.release)
        )
        with self._database.transaction() as connection:
            last = connection.execute(highest).scalar() or 0
            generation = Generation(**msgspec.structs.asdict(trained), number=last + 1)
            try:
                write(connection, GENERATIONS, generation)
            except IntegrityError as error:
                raise _error(generation, error) from error
        return generation

    def find(self, product: str, release: str, number: int) -> Generation:
        """Return one generation, by its release and its number there.

        Raises:
            StateError: There is none.
        """
        one = GENERATIONS.c.number == number
        query = select(GENERATIONS).where(*_of(product, release), one)
        generations = read_all(self._database, Generation, query)
        if not generations:
            raise StateError(f"unknown generation {product} {release}/{number}")
        return generations[0]

    def named(self, product: str, name: str) -> Generation | None:
        """Return one generation by release and number, such as ``1.0.0/3``; none of that name."""
        if not (name.isascii() and name.isprintable()):  # a database may refuse to look for it
            return None
        number = cast(GENERATIONS.c.number, String)
        one = GENERATIONS.c.release.concat("/").concat(number) == name
        query = select(GENERATIONS).where(*_of(product, None), one)
        return next(iter(read_all(self._database, Generation, query)), None)

    def count(self, product: str) -> int:
        """Return how many generations of a product are registered."""
        query = select(func.count()).select_from(GENERATIONS).where(*_of(product, None))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def last(self, product: str, count: int) -> list[Generation]:
        """Return the generations registered last, newest first."""
        query = select(GENERATIONS).where(*_of(product, None))
        query = query.order_by(GENERATIONS.c.row.desc()).limit(count)
        return read_all(self._database, Generation, query)

    def all(self, product: str, release: str | None = None) -> list[Generation]:
        """Return a product's generations, or one release's, in the order they were registered."""
        query = select(GENERATIONS).where(*_of(product, release)).order_by(GENERATIONS.c.row)
        return read_all(self._database, Generation, query)


def _of(product: str, release: str | None) -> list[ColumnElement[bool]]:
    conditions = [GENERATIONS.c.product == product]
    if release is not None:
        conditions.append(GENERATIONS.c.release == release)
    return conditions


def _error(generation: Generation, error: IntegrityError) -> StateError:
    what = f"{generation.product} {generation.release}"
    if "foreign" in str(error.orig).lower():
        return StateError(f"unknown release {what}", hint="register the release first")
    return lost(f"the count of {what}'s generations", expected=generation.number - 1)
