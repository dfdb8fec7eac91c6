"""What a serving process keeps on its host, beside the database that hosts may share."""

from __future__ import annotations

import msgspec

from production.service.local_copy import LocalCopy
from production.service.peers import Peers
from production.service.spool import Spool


class HostFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a serving process keeps on its host.

    Attributes:
        peers: The metrics of other processes on the same port.
        copy: What it serves by if it starts while the database is away; none keeps nothing.
        spool: The events that were served while the database could not be written; none keeps them
            in memory.
    """

    peers: Peers = msgspec.field(default_factory=Peers)
    copy: LocalCopy | None = None
    spool: Spool | None = None
