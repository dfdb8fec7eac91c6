"""By which clock a product in service goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.config.compose import compose
from contracts.config.settings import settings
from contracts.errors import ConfigError
from contracts.host.clock import WallClock
from contracts.host.shared_clock import make_clock
from production.assembly.state import State
from production.database.url import in_folder
from production.service.folder import make_live_state
from production.service.product_clock import product_clock, product_now
from production.settings import Production

if TYPE_CHECKING:
    from pathlib import Path


def state_in(folder: Path) -> State:
    """Return a state in a folder."""
    return State(database=in_folder("sqlite:///{state}/liaison.db", folder), folder=folder)


def config_of(*words: str) -> Production:
    """Return production's configuration."""
    return settings(compose("production", words), Production)


def test_a_product_in_service_goes_by_the_wall_clock(tmp_path: Path) -> None:
    """Unless a history is played to it."""
    assert isinstance(product_clock(config_of(), state_in(tmp_path)), WallClock)


def test_a_state_that_a_history_is_played_to_goes_by_its_own_clock(tmp_path: Path) -> None:
    """Whatever the configuration of who asks says: `task=status` needs the folder alone."""
    config = config_of()
    config = replace(config, paths=replace(config.paths, live=str(tmp_path / "live")))
    make_clock(make_live_state(config).clock, 7)
    assert product_now(config) == 7


def test_an_accelerated_clock_without_a_replay_is_refused(tmp_path: Path) -> None:
    """The hint names the command that plays one."""
    with pytest.raises(ConfigError, match="played alone") as raised:
        product_clock(config_of("clock=accelerated"), state_in(tmp_path))
    assert "traffic=replay" in raised.value.hint
