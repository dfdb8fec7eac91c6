"""Puts the server's application together: what answers, what writes, what follows the manifest."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError, StateError
from contracts.moment import SECOND, duration
from production.agents.runtime import live_runtime
from production.features.intake import watermark
from production.feedback_settings import SourceFeedback
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions
from production.registry.tokens import Tokens
from production.service.access import LOOPBACK, Guard
from production.service.app import Service
from production.service.asgi import Asgi
from production.service.child_job import ChildJob
from production.service.handlers import ServiceParts, all_routes
from production.service.health import Health
from production.service.host_files import HostFiles
from production.service.open_control import control_of
from production.service.probation import Probation
from production.service.repeated import Repeated
from production.service.retention import retention_agent
from production.service.watcher import Watcher
from production.service.writer import Writer
from production.serving.engine import Engine
from production.settings import RetentionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.host.clock import Clock
    from production.assembly.serving import Serving
    from production.service.local_copy import LocalCopy
    from production.settings import Production


LOG = logging.getLogger("liaison.service")
#: Seconds at the end for what the watcher is about to do: nothing of it must be kept.
PATIENCE = 1.0
#: Seconds between two looks for events to delete, or for outcomes to fetch.
LOOK = 10.0
#: Seconds between two looks whether values of stored features were taken.
FOLLOW = 1.0


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A product's application, ready to be served.

    Attributes:
        engine: Predicts.
        service: Answers requests.
        asgi: The same as ASGI.
        guard: Decides who may ask.
        health: Answers whether it is ready.
        writer: Writes events and outcomes.
        watcher: Follows the newest manifest.
        files: What it keeps on its host.
        repeated: What is done beside answering requests.
    """

    engine: Engine
    service: Service
    asgi: Asgi
    guard: Guard
    health: Health
    writer: Writer
    watcher: Watcher
    files: HostFiles
    repeated: tuple[Repeated, ...]

    def drain(self) -> None:
        """Be ready no more: the process is about to end."""
        self.health.drain()
        self.files.peers.close()


@contextmanager
def open_application(
    config: Production, serving: Serving, *, clock: Clock, files: HostFiles | None = None
) -> Iterator[Application]:
    """Yield a product's application with its newest manifest deployed, its writer at work.

    At the end what waits to be written is written.

    Args:
        config: The configuration.
        serving: The parts that serve the product.
        clock: The time.
        files: What the process keeps on its host; nothing, if they are not given.

    Raises:
        ConfigError: The address is public, or tokens are required, and there is no token.
        StateError: At the end, not all that was served could be written.
    """
    application = _application(config, serving, clock, files or HostFiles())
    application.watcher.open()
    if application.guard.is_closed:
        raise ConfigError(
            f"serving.host={config.serving.host} takes a token, and {config.product.name} has none",
            hint="python -m production task=token task.options.name=NAME makes one",
        )
    application.writer.start()
    application.watcher.start(seconds(config.serving.poll))
    for each in application.repeated:
        each.start()
    try:
        yield application
    finally:
        left = application.writer.close(seconds(config.serving.limits.drain))
        for each in application.repeated:
            each.close(PATIENCE)
        application.watcher.close(PATIENCE)
        application.files.peers.close()
        if left:
            LOG.error("%d events could not be written: %s", left, application.writer.error)
    if left:
        raise StateError(
            f"{left:,} events that were served could not be written: {application.writer.error}",
            hint="they are lost; make the database writable before the next start",
        )


def seconds(text: str) -> float:
    """Return the seconds of a duration such as ``10s``."""
    return duration(text) / SECOND


def is_public(host: str) -> bool:
    """Return whether an address is reached from other machines.

    >>> is_public("127.0.0.1"), is_public("0.0.0.0")
    (False, True)
    """
    return host not in LOOPBACK and not host.startswith("127.") and host != "::1"


def _application(
    config: Production, serving: Serving, clock: Clock, files: HostFiles
) -> Application:
    limits, guard = config.serving.limits, _guard(config, files.copy)
    writer = Writer(
        product=serving.contract.product,
        database=serving.database,
        events=serving.events,
        capacity=config.serving.queue,
        spool=files.spool,
    )
    watcher = _watcher(config, serving, guard, clock, files.copy)
    parts = ServiceParts(
        config=config,
        serving=serving,
        clock=clock,
        writer=writer,
        health=Health(engine=serving.engine, writer=writer, watcher=watcher),
        watcher=watcher,
        peers=files.peers,
    )
    service = Service(all_routes(parts), guard=guard, deadline=seconds(limits.answer))
    return Application(
        engine=serving.engine,
        service=service,
        asgi=Asgi(service, body=limits.body, seconds=seconds(limits.receive)),
        guard=guard,
        health=parts.health,
        writer=writer,
        watcher=watcher,
        files=files,
        repeated=tuple(_repeated(config, serving, clock)),
    )


def _repeated(config: Production, serving: Serving, clock: Clock) -> Iterator[Repeated]:
    """Yield what is done beside answering requests."""
    if config.serving.retention != RetentionSettings(age=None, count=None):
        agent = cache(partial(retention_agent, config, serving))  # the database may be away
        yield Repeated(
            "deleting events",
            LOOK,
            lambda stop: agent().step(clock.now(), stop=stop),
        )

    job = partial(
        ChildJob,
        config,
        product=serving.contract.product,
        database=serving.database,
        clock=clock,
    )
    yield from _looking_up(config, serving, job, clock)
    if isinstance(config.feedback, SourceFeedback):
        yield _fetching(job, every=duration(config.feedback.every))
    if config.serving.evaluate is not None and "every" in config.evaluation:
        yield _evaluating(job, every=duration(config.serving.evaluate))


def _looking_up(
    config: Production, serving: Serving, job: Callable[..., ChildJob], clock: Clock
) -> Iterator[Repeated]:
    """Yield what takes the values of stored features, and what reads those that were taken."""
    features, lookup = config.product.features, serving.lookup
    if features is None or lookup is None:
        return
    every, checkpoints = duration(features.every), Checkpoints(serving.database)
    taking = job(
        module="production.service.taking",
        what="taking the values of stored features",
        hint="python -m production task=deploy takes them too, and says more",
        every=every,
    )
    look = min(LOOK, every / SECOND)  # not at once: deploying took what was known
    yield Repeated("taking values", look, taking.step, delay=look)
    yield Repeated(
        "reading stored features",
        FOLLOW,
        lambda _: lookup.follow(clock.now(), watermark(checkpoints, config.product.name)),
    )


def _fetching(job: Callable[..., ChildJob], *, every: int) -> Repeated:
    fetching = job(
        module="production.service.fetching",
        what="fetching outcomes",
        hint="python -m production task=feedback feedback=source",
        every=every,
    )
    return Repeated("fetching outcomes", min(LOOK, every / SECOND), fetching.step)


def _evaluating(job: Callable[..., ChildJob], *, every: int) -> Repeated:
    evaluating = job(
        module="production.service.evaluating",
        what="serving evaluation",
        hint="python -m production task=tick agent=evaluation",
        every=every,
    )
    look = min(LOOK, every / SECOND)  # not at once: a start has better things to do
    return Repeated("serving evaluation", look, evaluating.step, delay=look)


def _guard(config: Production, copy: LocalCopy | None) -> Guard:
    settings, public = config.serving, is_public(config.serving.host)
    hosts = None if public and not settings.hosts else {*LOOPBACK, settings.host, *settings.hosts}
    tokens = copy.known.tokens if copy else ()
    return Guard(hosts=hosts, required=settings.require_token or public, tokens=tokens)


def _watcher(
    config: Production, serving: Serving, guard: Guard, clock: Clock, copy: LocalCopy | None
) -> Watcher:
    product, tokens = serving.contract.product, Tokens(serving.database)
    runtime = cache(partial(live_runtime, serving.database, product))  # the database may be away

    def renew() -> None:
        known = tokens.all(product)
        guard.renew(known)
        if copy:
            copy.keep_tokens(known)

    return Watcher(
        product=product,
        manifests=serving.manifests,
        engine=serving.engine,
        loader=serving.loader,
        artifacts=serving.artifacts,
        renew=renew,
        runtime=lambda: runtime().at(clock.now()),
        copy=copy,
        probation=Probation(
            config.serving.alarms,
            engine=serving.engine,
            loader=serving.loader,
            control=lambda: control_of(serving),
            pinned=lambda: Decisions(serving.database).pinned(product),
            clock=clock,
        ),
    )
