"""The task `serve`: a product over HTTP, until the process is told to end.

Only what serves is imported on the way, so that a process answers soon after its start.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from contracts.host.clock import WallClock
from production.assembly.serving import deployed_contract, open_serving
from production.registry.manifests import deployed
from production.service.application import open_application
from production.service.folder import live_state, not_deployed
from production.service.process import hide_pandas, run_server
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from contracts.config.entry import Request


def serve(request: Request) -> None:
    """Serve the product that is deployed.

    Raises:
        ConfigError: The address is taken, or public without a token.
        StateError: Nothing is deployed, or not all that was served could be written at the end.
    """
    hide_pandas()
    config = request.settings(Production)
    check_lifecycle(request, config)
    state = live_state(config)
    if deployed(state.database, config.product.name) is None:
        raise not_deployed(config)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    contract = deployed_contract(config)
    with (
        open_serving(config, contract, state=state) as serving,
        open_application(config, serving, clock=WallClock()) as application,
    ):
        run_server(config, application)
