"""The sockets that processes serve on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from production.service.place import bind, bind_each

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from production.settings import Production


@pytest.fixture
def at(live: Callable[..., Any]) -> Callable[[int], Production]:
    """Returns a configuration that serves on a port."""
    config = live().config
    return lambda port: replace(config, serving=replace(config.serving, port=port))


def test_workers_have_one_port(at: Callable[[int], Production]) -> None:
    """Each has a socket of its own there, which listens."""
    sockets = bind_each(at(0), 3)
    assert len({each.getsockname() for each in sockets}) == 1
    assert len(sockets) == (3 if sys.platform == "linux" else 1)
    for each in sockets:
        each.close()


def test_a_port_that_another_one_shares_is_taken(at: Callable[[int], Production]) -> None:
    """A second supervisor would share the traffic of the first without a word."""
    sockets = bind_each(at(0), 2)
    port = sockets[0].getsockname()[1]
    for count in (1, 2):
        with pytest.raises(ConfigError, match="Address already in use"):
            bind_each(at(port), count)
    for each in sockets:
        each.close()
    bind(at(port)).close()
