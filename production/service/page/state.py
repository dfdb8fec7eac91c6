"""All that the console shows, as one value: JSON-able, and the only thing that fragments read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from production.service.page.alarms import Alarm
from production.service.page.decided import Decided
from production.service.page.flow import DrawnFlow
from production.service.page.history import ScoredHistory
from production.service.page.lineage import GenerationLineage
from production.service.page.returned import Returned
from production.service.page.serves import Serves
from production.service.page.traffic import EngineTraffic
from production.service.page.workers import Worker


class ConsoleState(msgspec.Struct, frozen=True, kw_only=True):
    """All that the console shows; times in UTC microseconds.

    Attributes:
        product: The product.
        contract: The version of its contract.
        lifecycle: The name of its lifecycle.
        summary: What that is, in one line; empty for one without a name.
        at: The moment of the product's clock.
        machine: The moment of the machine's clock: the same unless a replay runs.
        next_wake: When the agents are due next; none if that is not on record.
        alarms: What a person should look at, the worst first.
        serves: What serves; none before the first deployment.
        flow: The lifecycle's flow.
        workers: The agents and supervised processes.
        reached: The moment that each agent's work has reached; none before its first step.
        history: The metrics over time.
        returned: What came back.
        traffic: What the serving processes did; none if none was asked.
        decisions: The last decisions, newest first.
        generations: The last trainings with their generations, newest first.
        parity: What the comparison with the reference found, as it is on record; empty without one.
    """

    product: str
    contract: str
    lifecycle: str
    summary: str
    at: int
    machine: int
    next_wake: int | None
    alarms: tuple[Alarm, ...]
    serves: Serves | None
    flow: DrawnFlow
    workers: tuple[Worker, ...]
    reached: Mapping[str, int | None]
    history: ScoredHistory
    returned: Returned
    traffic: EngineTraffic | None
    decisions: tuple[Decided, ...]
    generations: tuple[GenerationLineage, ...]
    parity: Mapping[str, Any]
