"""Tokens: who may call a server, and what for. Only a token's digest is ever stored."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe

import msgspec


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is stored: it cannot be told from this.

    Attributes:
        name: Whose it is.
        digest: The SHA-256 of the token. It is drawn from 256 bits, so that no slower digest is
            needed: nobody guesses it.
        scopes: What its bearer may do.
        created_at: When it was made, microseconds.
    """

    name: str
    digest: str
    scopes: tuple[str, ...]
    created_at: int


def new_token(name: str, scopes: tuple[str, ...], *, moment: int) -> tuple[str, Token]:
    """Return a new token, which is shown once, and what is stored of it."""
    secret = token_urlsafe(32)
    digest = sha256(secret.encode()).hexdigest()
    return secret, Token(name=name, digest=digest, scopes=scopes, created_at=moment)
