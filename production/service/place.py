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

#: How many connections may wait to be accepted, if the server's configuration does not say.
BACKLOG = 2048


def print_line(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def end_at_once(end: Callable[[], None]) -> None:
    """End: no other process takes this one's place."""
    end()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one process serves.

    Attributes:
        socket: A bound socket; of a worker one that listens already.
        worker: Which of several processes it is, from 1; none if it is the only one.
        folder: Where several processes leave their metrics for each other.
        started: Called when connections are accepted, with a line that says what serves where.
        hand_over: Called when the process is told to end, with what lets it accept no further
            connection: to be called once another process takes its place.
    """

    socket: socket.socket
    worker: int | None = None
    folder: Path | None = None
    started: Callable[[str], None] = print_line
    hand_over: Callable[[Callable[[], None]], None] = end_at_once


def bind(config: Production) -> socket.socket:
    """Return a socket bound to the configured address.

    Raises:
        ConfigError: It cannot be bound.
    """
    return _bind(config, config.serving.port)


def bind_each(config: Production, count: int) -> list[socket.socket]:
    """Return sockets that listen at the configured address, so many that each worker has its own.

    The kernel spreads connections over them. Only Linux does; elsewhere there is one for all.

    Raises:
        ConfigError: The address cannot be bound, or another process has it.
    """
    with bind(config) as alone:  # others that share it would not be noticed
        port = alone.getsockname()[1]
        if sys.platform != "linux":
            return _listening([alone.dup()], config)
    return _listening([_bind(config, port, shared=True) for _ in range(count)], config)


def _listening(sockets: list[socket.socket], config: Production) -> list[socket.socket]:
    for each in sockets:
        each.listen(config.server.get("backlog", BACKLOG))
    return sockets


def _bind(config: Production, port: int, *, shared: bool = False) -> socket.socket:
    host = config.serving.host
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _not_bound(config, error) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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
