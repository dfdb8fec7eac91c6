"""The task `serve`: a product over HTTP, until the process is told to end."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from production.service.folder import live_state
from production.service.place import Place, bind
from production.service.supervisor import supervise
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from contracts.config.entry import Request


def serve(request: Request) -> None:
    """Serve the product that is deployed, in this process or in several.

    Raises:
        ConfigError: The address is taken, or public without a token.
        StateError: Nothing is deployed, or not all that was served could be written at the end.
    """
    config = request.settings(Production)
    check_lifecycle(request, config)
    serve_configured(config)


def serve_configured(config: Production) -> None:
    """Serve the product that is deployed until this process is told to end.

    Raises:
        ConfigError: The address is taken, or public without a token.
        StateError: Nothing is deployed, or not all that was served could be written at the end.
    """
    # Before Arrow is imported: a memory pool of its own keeps 4 MiB for itself.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    live_state(config)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    if config.serving.workers > 1:
        supervise(config)
        return
    with closing(bind(config)) as bound:
        # A supervisor needs nothing of what serves, which takes a second and 60 MiB to import.
        from production.service.live import serve_product  # noqa: PLC0415

        serve_product(config, Place(socket=bound))
