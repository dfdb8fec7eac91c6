"""What a product in service does, read from its live state alone."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from contracts.host.clock import WallClock
from contracts.moment import duration, iso, rounded_up
from contracts.report.table import significant
from production.agents.outcomes import fetched_until
from production.agents.progress import RetentionProgress
from production.agents.runtime import live_progress, live_runtime
from production.agents.supervised import OperatorRecord, operator_record
from production.assembly.serving import deployed_contract
from production.assembly.trigger import configured_trigger
from production.database.database import Database
from production.feedback.events import EventLog
from production.feedback.outcomes import OutcomeLog
from production.metrics import ScoredWindow
from production.registry.checkpoints import Checkpoints
from production.registry.decisions import Decisions, RecordedDecision
from production.registry.generations import Generation, Generations
from production.registry.manifests import Manifests
from production.registry.trainings import Training, Trainings
from production.selectors.port import CHAMPION
from production.service.agent_status import AgentStatus, agent_line, agent_statuses, process_line
from production.service.folder import not_deployed
from production.serving.arrivals import Arrival, arrivals
from production.serving.manifest import Manifest, read
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.assembly.state import State
    from production.settings import Production

#: How many of the last decisions are shown.
DECISIONS_SHOWN = 5


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What serves a product, and what it has served; times in UTC microseconds.

    Attributes:
        product: The product.
        contract: The version of the contract that production serves by configuration.
        manifest: The newest manifest.
        revision: Its revision.
        since: When it was published.
        started: When the product went into service.
        champion: The record of the generation that is the champion.
        pinned: Whether a person keeps the champion.
        generations: How many generations are registered.
        events: How many requests were served, those included whose events are deleted.
        last_event: The event time of the newest; none before the first.
        outcomes: How many outcomes came back.
        last_outcome: When the newest arrived; none before the first.
        fetched: Outcomes that arrived in the source before this moment were fetched; none if none
            ever were.
        last_training: The last training.
        window: The newest evaluation window with outcomes; none before the first.
        estimated: The newest window whose score was estimated; none if none was.
        due: When the trigger is asked next: at a moment, or after so many requests or outcomes.
        deleted: What was deleted of the log.
        watched: The generations that are new in their arms, so that alarms may roll them back.
        operator: The supervisor of its processes, as it was recorded last.
        decisions: The last decisions of people and alarms, newest first.
        agents: The agents that acted, in their order.
    """

    product: str
    contract: str
    manifest: Manifest
    revision: int
    since: int
    started: int
    champion: Generation
    pinned: bool
    generations: int
    events: int
    last_event: int | None
    outcomes: int
    last_outcome: int | None
    fetched: int | None
    last_training: Training | None
    window: ScoredWindow | None
    estimated: ScoredWindow | None
    due: Wake
    deleted: RetentionProgress
    watched: tuple[Arrival, ...]
    decisions: tuple[RecordedDecision, ...]
    agents: tuple[AgentStatus, ...]
    operator: OperatorRecord


def read_status(config: Production, state: State, *, now: int) -> Status:
    """Return the status of a product in service.

    Raises:
        StateError: Nothing is deployed.
    """
    contract = deployed_contract(config)
    product = contract.product
    with closing(Database(state.database)) as database, database.reading():
        manifests = Manifests(database).all(product)
        if not manifests:
            raise not_deployed(config)
        newest, started = manifests[-1], manifests[0].created_at
        manifest = read(newest.document)
        decisions = Decisions(database)
        champion, generations = manifest.champion, Generations(database)
        served, returned = EventLog(database).tally(product), OutcomeLog(database).tally(product)
        trainings = Trainings(database).all(product)
        runtime = live_runtime(database, product, attended=not state.clock.exists()).at(now)
        progress = live_progress(database, product)
        deleted, fetched = progress.retention.load(), fetched_until(progress)
        return Status(
            product=product,
            contract=contract.version,
            manifest=manifest,
            revision=newest.revision,
            since=newest.created_at,
            started=started,
            champion=generations.find(product, champion.release, champion.generation),
            pinned=decisions.pinned(product),
            generations=generations.count(product),
            events=served.count + sum(deleted.served.values()),
            last_event=served.last,
            outcomes=returned.count,
            last_outcome=returned.last,
            fetched=fetched if fetched and fetched > started else None,
            last_training=trainings[-1] if trainings else None,
            due=configured_trigger(config, contract).wake(runtime),
            window=next((each for each in reversed(runtime.windows) if each.feedback), None),
            estimated=next((each for each in reversed(runtime.windows) if each.estimate), None),
            deleted=deleted,
            watched=tuple(
                each
                for each in arrivals(manifests)
                if now < each.at + duration(config.serving.alarms.during)
            ),
            agents=agent_statuses(
                database, product, machine=WallClock(), lease=duration(config.agents.lease)
            ),
            operator=operator_record(Checkpoints(database), product).load(),
            decisions=tuple(decisions.all(product)[: -DECISIONS_SHOWN - 1 : -1]),
        )


def _generations(count: int) -> str:
    return f"{count:,} generation{'' if count == 1 else 's'}"


def status_lines(status: Status) -> Iterator[str]:
    """Yield a status as lines of text."""
    champion = status.champion
    yield f"{status.product} · contract {status.contract} · in service since {iso(status.started)}"
    pin = ", pinned" if status.pinned else ""
    yield (
        f"serves    {status.manifest.champion.name} since {iso(status.since)} "
        f"(manifest {status.revision}, selector {status.manifest.selector}{pin})"
    )
    for name, candidate in status.manifest.arms.items():
        if name != CHAMPION:
            yield f"arm       {name}: {candidate.name}"
    for each in status.watched:
        yield f"watched   {each.arm} {each.candidate.name} beside {each.reference.name}"
    yield (
        f"trained   on {champion.rows:,} rows known by {iso(champion.known_by)}: "
        f"{champion.reason}; {_generations(status.generations)} in all"
    )
    yield f"served    {_tally(status.events, 'requests', status.last_event)}"
    yield f"returned  {_tally(status.outcomes, 'outcomes', status.last_outcome)}"
    if status.fetched is not None:
        yield f"fetched   outcomes that arrived in the source before {iso(status.fetched)}"
    if (before := status.deleted.until) is not None:
        gone = status.deleted
        values = f", {gone.values:,} feature values" if gone.values else ""
        words = f"{gone.events:,} events from before {iso(before)}, {gone.outcomes:,} outcomes"
        yield f"deleted   {words}{values}"
    yield from _trained_and_scored(status)
    yield f"next      a refresh is {status.due.words()}"
    for agent in status.agents:
        yield f"agent     {agent_line(agent)}"
    for child in status.operator.children:
        yield f"process   {process_line(child)}"
    for made in status.decisions:
        detail = ", ".join(f"{name} {value}" for name, value in made.detail.items())
        yield f"decision  {iso(made.at)} {made.action} by {made.who}: {made.why} ({detail})"


def _trained_and_scored(status: Status) -> Iterator[str]:
    """Yield a line for the last training, and one for the newest window, where there is one."""
    if last := status.last_training:
        yield f"training  the last at {iso(last.requested_at)}: {last.verdict}, {_why(last)}"
    if status.window:
        yield f"evaluated {window_line(status.window)}"
    if (last_guess := status.estimated) and last_guess.estimate:
        guess = last_guess.estimate
        yield (
            f"estimated {iso(last_guess.start)} to {iso(last_guess.end)}: {guess.metric} "
            f"{significant(guess.value, 4)} without outcomes, if inputs mean what they meant"
        )


def _tally(count: int, what: str, last: int | None) -> str:
    return f"{count:,} {what}" + (f", the last at {iso(last)}" if last is not None else "")


def _why(training: Training) -> str:
    return str(training.detail["why"])


def window_line(window: ScoredWindow) -> str:
    """Return how a window was scored, and how much of it came back, in one line."""
    scores = ", ".join(f"{name} {significant(value, 4)}" for name, value in window.served.items())
    words = f"{iso(window.start)} to {iso(window.end)}: {scores} of {window.rows:,} outcomes"
    if (came := window.feedback) is not None:
        words += (
            f"; {window.rows / came.served:.1%} came back, half within "
            f"{rounded_up(round(came.median))}, nine in ten within {rounded_up(round(came.late))}"
        )
    if (off := window.calibration) is not None:
        words += (
            f"; probabilities too high by {off.predicted - off.observed:+.3f} "
            f"[{off.low:+.3f}, {off.high:+.3f}]"
        )
    return words
