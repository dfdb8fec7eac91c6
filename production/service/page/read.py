"""Reads what the console shows from a live database, in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import StateError
from contracts.lifecycle import PATTERNS, pattern_name
from contracts.moment import duration
from production.agents.outcomes import fetched_until
from production.agents.progress import progress
from production.evaluation import ScoredWindows
from production.feedback.feedback import Feedback
from production.feedback.recent import recent
from production.registry.agent_decisions import AgentDecision, AgentDecisions
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions, RecordedDecision
from production.registry.evaluations import Evaluations
from production.registry.generations import Generation, Generations
from production.registry.manifests import Inventoried, Manifests
from production.registry.trainings import Training, Trainings
from production.service.page import alarms
from production.service.page.decided import decided
from production.service.page.flow import lit_flow
from production.service.page.history import history, marks
from production.service.page.lineage import SHOWN, lineages
from production.service.page.returned import returned
from production.service.page.serves import Serves, serves
from production.service.page.state import ConsoleState
from production.service.page.workers import moments_reached, read_workers, stages_on_record
from production.settings import declared_lifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from contracts.contract import Contract
    from contracts.host.clock import Clock
    from production.database.database import Database
    from production.feedback.recent import Recent
    from production.service.page.traffic import EngineTraffic
    from production.settings import Production

#: How many of each kind of record are read: enough for the marks of all windows that are shown.
LAST = 400
#: The checkpoint in which the comparison with the reference says what it found.
PARITY = "parity"


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """The records of a product that were made last, newest first."""

    manifests: Sequence[Inventoried]
    trainings: Sequence[Training]
    generations: Sequence[Generation]
    decisions: Sequence[RecordedDecision]
    agents: Sequence[AgentDecision]


class ConsoleReader:
    """Reads what the console shows of one product; call it in one thread at a time.

    Args:
        config: The configuration.
        contract: The contract that is deployed.
        database: The live database.
        clock: The product's clock.
        machine: The machine's clock, which grants leases.
    """

    def __init__(
        self,
        config: Production,
        contract: Contract,
        database: Database,
        *,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._config, self._contract, self._database = config, contract, database
        self._clock, self._machine = clock, machine
        self._product = contract.product
        evaluations = Evaluations(database)
        self._windows = ScoredWindows(product=self._product, evaluations=evaluations)

    def read(self, traffic: EngineTraffic | None = None, notes: Sequence[str] = ()) -> ConsoleState:
        """Return all that the console shows.

        Args:
            traffic: What the serving processes did; none if none was asked.
            notes: What does not work now, in a serving process.
        """
        lifecycle = declared_lifecycle(self._config)
        name = pattern_name(lifecycle)
        with self._database.reading():
            at, records = self._clock.now(), self._records()
            reached = dict(moments_reached(Checkpoints(self._database), self._product))
            stages = dict(stages_on_record(Checkpoints(self._database), self._product))
            workers = read_workers(
                self._database,
                self._product,
                reached=reached | {name: stage.at for name, stage in stages.items()},
                stages=stages,
                late=at - duration(self._config.agents.patience),
                machine=self._machine,
            )
            newest = recent(self._database, self._product)
            windows = self._windows.all()
            delays = Feedback(self._database).delays(self._product)
            came = returned(newest, delays, windows, fetched=self._fetched())
            oldest_first = [*reversed(records.manifests)]
            serving = oldest_first[-1] if oldest_first else None
            return ConsoleState(
                product=self._product,
                contract=self._contract.version,
                lifecycle=name,
                summary=PATTERNS[name].summary if name in PATTERNS else "",
                at=at,
                machine=self._machine.now(),
                next_wake=min((s.wake.at for s in stages.values() if s.wake.at), default=None),
                alarms=alarms.alarms(
                    (
                        alarms.of_processes(traffic, notes, serving, at),
                        alarms.of_workers(workers),
                        alarms.of_gate(records.trainings),
                        alarms.of_probation(oldest_first, records.decisions, at, self._watched),
                        alarms.of_feedback(self._config, came, reached.get("evaluation"), at),
                    )
                ),
                serves=self._serves(records, newest, traffic),
                flow=lit_flow(lifecycle, workers, traffic),
                workers=workers,
                reached=reached,
                history=history(
                    self._contract,
                    windows,
                    marks(oldest_first, records.trainings, records.decisions),
                ),
                returned=came,
                traffic=traffic,
                decisions=decided(records.decisions, records.agents, records.trainings),
                generations=lineages(records.trainings, records.generations, oldest_first),
                parity=self._document(PARITY),
            )

    @property
    def _watched(self) -> int:
        return duration(self._config.serving.alarms.during)

    def _fetched(self) -> int | None:
        with suppress(StateError):  # another version of this code wrote it
            agents = progress(Checkpoints(self._database), self._product, start=0)
            return fetched_until(agents) or None
        return None

    def _records(self) -> Records:
        database, product = self._database, self._product
        return Records(
            manifests=Manifests(database).last(product, LAST),
            trainings=Trainings(database).last(product, LAST),
            generations=Generations(database).last(product, SHOWN),
            decisions=Decisions(database).last(product, LAST),
            agents=AgentDecisions(database).last(product, LAST),
        )

    def _serves(
        self, records: Records, newest: Recent, traffic: EngineTraffic | None
    ) -> Serves | None:
        if not records.manifests:
            return None
        first = Manifests(self._database).first(self._product)
        return serves(
            records.manifests[0],
            started=(first or records.manifests[-1]).created_at,
            pinned=Decisions(self._database).pinned(self._product),
            decisions=records.decisions,
            trainings=records.trainings,
            shares=traffic.shares if traffic else None,
            served=newest.served,
        )

    def _document(self, name: str) -> Mapping[str, Any]:
        """Return what a process has on record; nothing before it has any."""
        checkpoint = Checkpoints(self._database).load(self._product, name)
        return checkpoint.document if checkpoint else {}
