"""The task `operate`: a product's engine and agents under one supervisor, until told to end."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from contracts.errors import ConfigError, StateError
from production.operating.operation import operate_product, with_port
from production.service.folder import make_live_state
from production.service.place import print_line
from production.settings import (
    AcceleratedClockSettings,
    Production,
    ReplayTraffic,
    check_lifecycle,
)

if TYPE_CHECKING:
    from contracts.config.entry import Request


def operate(request: Request) -> None:
    """Operate a product: deploy it if nothing is in service, serve it, and let its agents act.

    Raises:
        ConfigError: The address is taken; or the clock is not that of the traffic.
        LeaseError: Another supervisor took over.
        StateError: It could not be deployed or served.
    """
    config = request.settings(Production)
    check_lifecycle(request, config)
    _check_clock(config)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    if isinstance(config.traffic, ReplayTraffic):
        # It reads the history, for which it needs what a supervisor does without.
        from production.operating.replay import operate_replay  # noqa: PLC0415

        operate_replay(request, config, config.traffic)
        return
    operate_live(config)


def operate_live(config: Production) -> None:
    """Operate a product in service on the wall clock.

    Raises:
        ConfigError: The address is taken.
        LeaseError: Another supervisor took over.
        StateError: It could not be deployed or served; or a history was played to its state.
    """
    config, state = with_port(config), make_live_state(config)
    if state.clock.exists():
        raise StateError(
            f"a history was played to {state.folder}, which has its own time",
            hint="set paths.live to the folder of a product in service, or to a new one",
        )
    operate_product(config, state, on_line=lambda _, __, line: print_line(line))


def _check_clock(config: Production) -> None:
    """Refuse a clock that is not that of the traffic.

    Raises:
        ConfigError: A history is to be played at the pace of the wall clock, or the clock is to be
            accelerated without one.
    """
    accelerated = isinstance(config.clock, AcceleratedClockSettings)
    if accelerated and not isinstance(config.traffic, ReplayTraffic):
        raise ConfigError(
            "clock=accelerated is of a history that is played alone",
            hint="traffic=replay, or clock=wall",
        )
    if not accelerated and isinstance(config.traffic, ReplayTraffic):
        raise ConfigError(
            "traffic=replay plays the past, and clock=wall shows the present",
            hint="clock=accelerated; clock.speed=1 plays it as fast as it happened",
        )
