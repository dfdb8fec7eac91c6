"""Operates one product on this machine: deploys it if need be, then keeps all of it running."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.host.clock import WallClock
from contracts.moment import SECOND, duration
from production.database.database import Database
from production.operating.children import acting, deploying, serving
from production.operating.circuit import RestartLimits
from production.operating.lease import OperatorLease
from production.operating.lifecycle import allowed_agents
from production.operating.supervisor import ProcessSupervisor
from production.registry.manifests import Manifests
from production.service.place import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from production.assembly.state import State
    from production.operating.child_process import ChildSpec
    from production.settings import Production

LOG = logging.getLogger("liaison.operating")
#: How often in the time that it lasts a lease is renewed.
RENEWALS = 3


def operate_product(
    config: Production,
    state: State,
    *,
    on_line: Callable[[ProcessSupervisor, str, str], None],
    traffic: Sequence[ChildSpec] = (),
    acts: bool = True,
) -> None:
    """Operate a product until told to end; stand by while another supervisor does.

    Args:
        config: The configuration, with the port it is served at.
        state: The product's live state.
        on_line: Called with the supervisor, and each line that a process of a name writes.
        traffic: What else runs, and ends before all others.
        acts: Whether agents run.

    Raises:
        LeaseError: Another supervisor took over.
        StateError: The product could not be deployed or served.
    """
    allowed = allowed_agents(config)
    excluded = {str(name): why for name, why in allowed.items() if why}
    agents = [name for name in allowed if name not in excluded]
    for name, why in excluded.items():
        LOG.info("%s is not started: %s", name, why)
    with _supervision(config, state, excluded) as (database, lease):

        def supervise(*groups: Sequence[ChildSpec]) -> bool:
            supervisor = ProcessSupervisor(
                groups,
                RestartLimits(),
                clock=WallClock(),
                keep=lease.keep,
                every=duration(config.agents.lease) / SECOND / RENEWALS,
                on_line=on_line,
            )
            return asyncio.run(supervisor.run())

        deployed = Manifests(database).current(config.product.name) is not None
        if deployed or supervise([deploying(config)]):
            supervise([serving(config)], acting(config, agents) if acts else [], traffic)


def with_port(config: Production) -> Production:
    """Return a configuration that names a port: a free one, if any is to be taken.

    Raises:
        ConfigError: The address cannot be bound.
    """
    with closing(bind(config)) as bound:
        port = bound.getsockname()[1]
    return replace(config, serving=replace(config.serving, port=port))


@contextmanager
def _supervision(
    config: Production, state: State, excluded: dict[str, str]
) -> Iterator[tuple[Database, OperatorLease]]:
    """Yield the product's database and the supervisor's lease, once no other process holds it."""
    with closing(Database(state.database)) as database:
        lease = OperatorLease(
            database,
            config.product.name,
            clock=WallClock(),
            lasts=duration(config.agents.lease),
            excluded=excluded,
        )
        last = None
        while (holder := lease.acquire()) is not None:
            if holder != last:
                LOG.info("%s operates %s; standing by", holder, config.product.name)
            last = holder
            time.sleep(duration(config.agents.poll) / SECOND)
        try:
            yield database, lease
        finally:
            lease.release()
