"""The processes of a product in operation: what each is started with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.host.fork_server import FORKS
from contracts.moment import SECOND, duration
from production.feedback_settings import HttpFeedback
from production.operating.child_process import ChildSpec
from production.operating.priority import apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.settings import AgentName, Production

#: Their names besides those of the agents.
DEPLOY, ENGINE, TRAFFIC = "deploy", "engine", "traffic"
#: Seconds beyond its deadlines, for answers and for writing, that an engine may take to end.
PATIENCE = 25.0
#: How much less than the engine agents count where processors are short.
NICENESS = 10


def deploying(config: Production) -> ChildSpec:
    """Return what deploys a product and ends."""
    return _once(DEPLOY, "deploy_process", config)


def playing(config: Production) -> ChildSpec:
    """Return what plays a product's history and ends."""
    return _once(TRAFFIC, "traffic_process", config)


def serving(config: Production) -> ChildSpec:
    """Return the engine: it serves alone, since agents fetch and evaluate."""
    alone = replace(config, feedback=HttpFeedback(), serving=replace(config.serving, evaluate=None))
    drain = duration(config.serving.limits.drain) / SECOND
    return ChildSpec(
        name=ENGINE,
        module=_module("engine_process"),
        order=msgspec.json.encode(alone),
        is_required=True,
        patience=2 * drain + PATIENCE,
        processors=apart(config.agents.processors)[0],
    )


def acting(config: Production, names: Sequence[AgentName]) -> list[ChildSpec]:
    """Return the agents of these names."""
    return [
        ChildSpec(
            name=name,
            module=_module("agent_process"),
            # As `production.operating.agent_process` reads it, which loads all that agents need.
            order=msgspec.json.encode({"config": config, "name": name, "expected": names}),
            is_forked=FORKS,
            niceness=NICENESS,
            processors=apart(config.agents.processors)[1],
        )
        for name in names
    ]


def _once(name: str, process: str, config: Production) -> ChildSpec:
    return ChildSpec(
        name=name,
        module=_module(process),
        order=msgspec.json.encode(config),
        is_required=True,
        is_done_at_end=True,
    )


def _module(process: str) -> str:
    return f"production.operating.{process}"
