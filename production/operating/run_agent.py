"""Runs one agent until it is told to end: under a lease, and on through whatever fails."""

from __future__ import annotations

import logging
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from contracts.errors import LeaseError, LiaisonError
from contracts.host.clock import WallClock
from contracts.moment import MINUTE, SECOND, duration
from production.agents.progress import STAGES
from production.database.database import Database
from production.operating.actors import Actors
from production.operating.agent import LiveAgent, Stages
from production.operating.holding import hold, stands, this_process
from production.operating.live_parts import live_parts
from production.operating.training_worker import TrainingWorker
from production.service.folder import live_state
from production.service.product_clock import product_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from threading import Event

    from contracts.host.clock import Clock
    from production.operating.holding import HeldLease
    from production.settings import AgentName, Production

LOG = logging.getLogger("liaison.operating")
#: The most seconds between an error and the next try.
LATE = MINUTE / SECOND


def run_agent(
    config: Production, name: AgentName, stop: Event, *, expected: Collection[str] = ()
) -> None:
    """Act until the process is told to end; what fails is logged, noted on record, tried again.

    Args:
        config: The configuration.
        name: The agent.
        stop: Set when the process is to end.
        expected: The agents that are being started with it.

    Raises:
        StateError: Nothing is in service.
    """
    live_state(config)  # an error here does not mend itself
    with closing(TrainingWorker(WallClock())) as worker:
        _run_agent(config, name, stop, expected=expected, worker=worker)


def _run_agent(
    config: Production,
    name: AgentName,
    stop: Event,
    *,
    expected: Collection[str],
    worker: TrainingWorker,
) -> None:
    """Act until told to end, by an agent that is opened anew after whatever failed."""
    poll, delay = seconds(config.agents.poll), 0.0
    is_waiting = False

    def waits() -> bool:
        nonlocal is_waiting, delay
        if not is_waiting:
            LOG.info("another process does this work; waiting to take over")
        is_waiting, delay = True, 0.0
        worker.end()
        return not stop.wait(poll)

    while not stop.wait(delay):
        try:
            with open_agent(config, name, worker, expected=expected, waits=waits) as opened:
                if opened is None:
                    return
                agent, held = opened
                is_waiting = False
                LOG.info("acting")
                while not stop.is_set() and not held.lost.is_set():
                    if not agent.poll():
                        stop.wait(poll)
                    delay = 0.0
        except LeaseError as error:
            LOG.warning("%s; nothing was written", error)
            delay = poll
        except LiaisonError as error:
            delay = min(max(2 * delay, 1.0), LATE)
            LOG.error("%s; again in %g s", error, delay)  # noqa: TRY400 - its words suffice


def seconds(text: str) -> float:
    """Return the seconds of a duration such as ``10s``."""
    return duration(text) / SECOND


@contextmanager
def open_agent(
    config: Production,
    name: AgentName,
    worker: TrainingWorker,
    *,
    expected: Collection[str] = (),
    machine: Clock | None = None,
    waits: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[LiveAgent, HeldLease] | None]:
    """Yield an agent with its lease, ready to act; none while another process does its work.

    Each of its transactions checks the lease. What goes wrong while it acts is noted on record.

    Args:
        config: The configuration.
        name: The agent.
        worker: What trains; a training of this process that nobody took over goes on.
        expected: The agents that are being started with it.
        machine: The time of the machine; None for that of this one.
        waits: Called while another process does its work: see `hold`.
    """
    state, product, machine = live_state(config), config.product.name, machine or WallClock()
    lasts = duration(config.agents.lease)
    with (
        closing(Database(state.database, stands=stands(lasts))) as database,
        hold(
            database,
            product,
            name,
            holder=this_process(),
            clock=machine,
            lasts=lasts,
            waits=waits,
        ) as held,
    ):
        if held is None:
            yield None
            return
        database.fence_by(held.check)
        clock = product_clock(config, state)
        parts = live_parts(config, state, database)
        worker.adopt(held.current.token)
        actors = Actors(config, parts, database, worker=worker, clock=clock, machine=machine)
        patience = duration(config.agents.patience)
        agent = LiveAgent(
            name,
            actors.make(name),
            stages=Stages(
                product=product,
                database=database,
                machine=machine,
                lease=lasts,
                patience=patience,
                expected=expected,
                names=STAGES if name in STAGES else (name,),
            ),
            counted=actors.counted(),
            clock=clock,
            start=parts.start,
            patience=patience,
        )
        try:
            yield agent, held
        except LeaseError:
            raise
        except LiaisonError as error:
            with suppress(LiaisonError):  # the database may be what failed
                agent.note(error.message)
            raise
