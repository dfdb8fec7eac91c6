"""Tokens: who may call a product's servers, and what for. Only a token's digest is ever stored."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from contracts.errors import ConflictError, UnknownNameError, did_you_mean
from production.database.tables import TOKENS
from production.registry.row import read_all, write

if TYPE_CHECKING:
    from production.database.database import Database


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is stored: what its bearer sends cannot be read from this.

    Attributes:
        product: The product whose servers it opens.
        name: Whose it is.
        digest: The SHA-256 of the token. It is drawn from 256 bits, so that no slower digest is
            needed: nobody guesses it.
        scopes: What its bearer may do.
        created_at: When it was made, microseconds.
    """

    product: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    created_at: int


def new_token(
    product: str, name: str, scopes: tuple[str, ...], *, moment: int
) -> tuple[str, Token]:
    """Return a new token, which is shown once, and what is stored of it."""
    secret = token_urlsafe(32)
    digest = sha256(secret.encode()).hexdigest()
    return secret, Token(
        product=product, name=name, digest=digest, scopes=scopes, created_at=moment
    )


class Tokens:
    """The tokens of a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: Token) -> None:
        """Let a token open its product's servers from now on.

        Raises:
            ConflictError: The product has a token of that name.
        """
        try:
            with self._database.transaction() as connection:
                write(connection, TOKENS, token)
        except IntegrityError as error:
            raise ConflictError(
                f"{token.product} has a token named {token.name} already",
                hint="give it another name, or revoke that one first",
            ) from error

    def revoke(self, product: str, name: str) -> None:
        """Let a token open nothing from now on.

        Raises:
            UnknownNameError: There is none of that name.
        """
        with self._database.transaction() as connection:
            removed = connection.execute(
                delete(TOKENS).where(TOKENS.c.product == product, TOKENS.c.name == name)
            )
            if not removed.rowcount:
                names = [token.name for token in self.all(product)]
                raise UnknownNameError(
                    f"{product} has no token named {name}{did_you_mean(name, names)}",
                    hint=f"tokens: {', '.join(names) or 'none'}",
                )

    def all(self, product: str) -> list[Token]:
        """Return a product's tokens, oldest first."""
        query = select(TOKENS).where(TOKENS.c.product == product).order_by(TOKENS.c.row)
        tokens = read_all(self._database, Token, query)
        return [replace(token, scopes=tuple(token.scopes)) for token in tokens]
