"""Where a process serves: its socket, and whom it tells that it does."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError

if TYPE_CHECKING:
    from production.settings import Production


def print_line(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_nothing() -> None:
    """Do nothing: there is nobody to be told."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one process serves.

    Attributes:
        socket: A bound socket; of several processes the same, which listens already.
        worker: Which of several processes it is, from 1; none if it is the only one.
        folder: Where several processes leave their metrics for each other.
        started: Called when connections are accepted, with a line that says what serves where.
        draining: Called when no further connection is accepted.
    """

    socket: socket.socket
    worker: int | None = None
    folder: Path | None = None
    started: Callable[[str], None] = print_line
    draining: Callable[[], None] = say_nothing


def bind(config: Production) -> socket.socket:
    """Return a socket bound to the configured address.

    Raises:
        ConfigError: It cannot be bound.
    """
    host, port = config.serving.host, config.serving.port
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _not_bound(config, error) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _not_bound(config, error) from error
    return bound


def _not_bound(config: Production, error: OSError) -> ConfigError:
    settings = config.serving
    return ConfigError(
        f"serving.host={settings.host} serving.port={settings.port}: {error.strerror or error}",
        hint="serving.port=0 takes any free port",
    )
