"""The task `token`: makes a token that opens a product's servers, or revokes one."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, get_args

from contracts.config import options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.host.clock import WallClock
from contracts.report.result import hand_over
from production.database.database import Database
from production.registry.tokens import Tokens, new_token
from production.service.folder import live_state
from production.service.routes import Scope
from production.settings import Production

if TYPE_CHECKING:
    from contracts.config.entry import Request


class TokenOptions(Closed, frozen=True, kw_only=True):
    """The task's own options.

    Attributes:
        name: Whose token it is.
        scopes: What its bearer may do.
        revoke: Whether the token of that name is to open nothing more.
    """

    name: str
    scopes: tuple[str, ...]
    revoke: bool


def token(request: Request) -> None:
    """Make a token and print it, this once; or revoke one.

    Raises:
        ConfigError: A scope is none, or no name is given.
        ConflictError: There is a token of that name.
        StateError: Nothing is deployed, or no token of that name is there to revoke.
    """
    config = request.settings(Production)
    chosen, product = options(config.task, TokenOptions), config.product.name
    _check(chosen)
    with closing(Database(live_state(config).database)) as database:
        tokens = Tokens(database)
        if chosen.revoke:
            tokens.revoke(product, chosen.name)
            hand_over({"name": chosen.name, "revoked": True})
            sys.stdout.write(f"{chosen.name} opens nothing more; servers notice within a second\n")
            return
        secret, stored = new_token(product, chosen.name, chosen.scopes, moment=WallClock().now())
        tokens.add(stored)
    hand_over({"name": chosen.name, "scopes": chosen.scopes, "token": secret})
    sys.stdout.write(f"{secret}\n")
    sys.stderr.write(
        f"a token for {chosen.name}: {', '.join(chosen.scopes)}; it is shown this once. "
        "Send it as the header Authorization: Bearer TOKEN\n"
    )


def _check(chosen: TokenOptions) -> None:
    scopes = [scope for scope in get_args(Scope) if scope != "open"]
    unknown = [scope for scope in chosen.scopes if scope not in scopes]
    if unknown or not chosen.scopes:
        raise ConfigError(
            f"task.options.scopes: expected scopes, got {unknown or 'none'}",
            hint=f"some of {', '.join(scopes)}",
        )
    if not chosen.name:
        raise ConfigError("task.options.name: whose token is it?", hint="task.options.name=NAME")
