"""Serves a product that is deployed, in this process.

Only what serves is imported on the way, so that a process answers soon after its start.
"""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from contracts.errors import UnavailableError
from production.assembly.serving import deployed_contract, serving_parts
from production.database.database import Database
from production.registry.manifests import Manifests
from production.service.application import open_application
from production.service.folder import live_state, not_deployed
from production.service.host_files import HostFiles
from production.service.local_copy import LocalCopy
from production.service.peers import Peers
from production.service.process import hide_pandas, run_server
from production.service.product_clock import product_clock
from production.service.spool import Spool

if TYPE_CHECKING:
    from production.assembly.state import State
    from production.service.place import Place
    from production.settings import Production

LOG = logging.getLogger("liaison.service")
#: The KiB of the database's pages in memory: events are added at its end.
PAGES = 2_048


def serve_product(config: Production, place: Place) -> None:
    """Serve the product that is deployed until the process is told to end.

    Args:
        config: The configuration.
        place: Where.

    Raises:
        ConfigError: The address is public, and there is no token.
        StateError: Nothing is deployed, or not all that was served could be kept at the end.
    """
    hide_pandas()
    state, contract = live_state(config), deployed_contract(config)
    copy = LocalCopy(state.local_copy)
    files = HostFiles(
        peers=Peers(place.folder, worker=place.worker or 1),
        copy=copy,
        spool=Spool(state.spool, most=config.serving.spool) if config.serving.spool else None,
    )
    with (
        closing(_open_database(config, state, copy)) as database,
        open_application(
            config,
            serving_parts(config, contract, state, database),
            clock=product_clock(config, state),
            files=files,
        ) as application,
    ):
        run_server(config, application, place)


def _open_database(config: Production, state: State, copy: LocalCopy) -> Database:
    """Return the product's database; while it is away, one that opens when it is back.

    Raises:
        StateError: Nothing is deployed; or it is away, and nothing was served here before.
    """
    try:
        database = Database(state.database, pages=PAGES)
    except UnavailableError as error:
        if copy.known.manifest is None:
            raise
        LOG.error("the database is away: %s", error)  # noqa: TRY400 - its words suffice
        return Database(state.database, deferred=True, pages=PAGES)
    if Manifests(database).current(config.product.name) is None:
        database.close()
        raise not_deployed(config)
    return database
