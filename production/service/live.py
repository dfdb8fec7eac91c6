"""Serves a product that is deployed, in this process.

Only what serves is imported on the way, so that a process answers soon after its start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.host.clock import WallClock
from production.assembly.serving import deployed_contract, open_serving
from production.registry.manifests import deployed
from production.service.application import open_application
from production.service.folder import live_state, not_deployed
from production.service.peers import Peers
from production.service.process import hide_pandas, run_server

if TYPE_CHECKING:
    from production.service.place import Place
    from production.settings import Production


def serve_product(config: Production, place: Place) -> None:
    """Serve the product that is deployed until the process is told to end.

    Args:
        config: The configuration.
        place: Where.

    Raises:
        ConfigError: The address is public, and there is no token.
        StateError: Nothing is deployed, or not all that was served could be written at the end.
    """
    hide_pandas()
    state = live_state(config)
    if deployed(state.database, config.product.name) is None:
        raise not_deployed(config)
    contract = deployed_contract(config)
    peers = Peers(place.folder, worker=place.worker or 1)
    with (
        open_serving(config, contract, state=state) as serving,
        open_application(config, serving, clock=WallClock(), peers=peers) as application,
    ):
        run_server(config, application, place)
