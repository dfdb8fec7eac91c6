"""The product's time: the machine's, or that of a history that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from contracts.host.clock import WallClock
from contracts.host.shared_clock import SharedClock
from production.service.folder import live_state
from production.settings import AcceleratedClockSettings

if TYPE_CHECKING:
    from contracts.host.clock import Clock
    from production.assembly.state import State
    from production.settings import Production


def product_clock(config: Production, state: State) -> Clock:
    """Return the clock of a product's live state: what happens to the product happens by it.

    A state with a clock's file is one that a history is played to: its processes, and everyone who
    asks about it, go by that clock. Leases and deadlines are the machine's time.

    Raises:
        ConfigError: The clock is to be accelerated, and no history is played.
    """
    if state.clock.exists():
        return SharedClock(state.clock)
    if isinstance(config.clock, AcceleratedClockSettings):
        raise ConfigError(
            "clock=accelerated is of a history that is played alone",
            hint="python -m production task=operate traffic=replay, or clock=wall",
        )
    return WallClock()


def product_now(config: Production) -> int:
    """Return the product's present instant.

    Raises:
        StateError: Nothing was deployed.
    """
    return product_clock(config, live_state(config)).now()
