"""The registry as others may look at it: what is deployed, read and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.database.snapshot import snapshot
from production.registry.manifests import newest

if TYPE_CHECKING:
    from production.registry.manifests import Inventoried


def deployed(url: str, product: str) -> Inventoried | None:
    """Return the newest revision of a product's manifest, none where nothing was deployed.

    Raises:
        ConfigError: The URL is malformed.
        StateError: The database cannot be read.
    """
    with snapshot(url) as connection:
        return None if connection is None else newest(connection, product)
