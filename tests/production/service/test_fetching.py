"""Outcomes that are fetched from the product's source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from contracts.data.rows import instants, with_outcome
from contracts.errors import ConfigError, LifecycleError
from contracts.host.clock import Stopwatch
from contracts.moment import DAY, HOUR
from production.agents.progress import Stored
from production.agents.runtime import live_progress
from production.database.database import Database
from production.database.tables import OUTCOMES
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.feedback_settings import HttpFeedback, SourceFeedback
from production.service import fetching
from production.service.child_job import command
from production.service.fetching import fetch_outcomes
from production.settings import declared_lifecycle, part_warnings
from tests.production.service.conftest import NOW, RECORD
from tests.production.service.running import DEADLINE, ROOT, servers
from tests.production.service.toy_server import toy_config
from tests.suites.events import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from tests.production.conftest import Operation

FEEDBACK = SourceFeedback(every="1s", lookback="30d", overlap="1h", since=None)
#: What arrived in the hour before the deployment may have become visible only after it.
SINCE = NOW - HOUR


@pytest.fixture
def table(history: pa.Table, tmp_path: Path) -> Path:
    """The small product's events in a file that a query engine reads."""
    path = tmp_path / "events.parquet"
    pq.write_table(history, path)
    return path


@pytest.fixture
def case(live: Callable[..., Any], table: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The small product in service, whose outcomes come from a table."""
    case = live("gate=open")
    query = {"_target_": "contracts.products.flights.query.query", "_partial_": True}
    source = {
        "_target_": "contracts.data.programmatic.Programmatic",
        "query": {**query, "path": str(table)},
    }
    product = replace(case.config.product, source=source)
    case.config = replace(case.config, product=product, feedback=FEEDBACK)
    monkeypatch.setattr(fetching, "deployed_contract", lambda _: case.product.contract)
    case.deploy(at=NOW)
    return case


@pytest.fixture
def database(case: Any) -> Iterator[Database]:
    """Its database."""
    with closing(Database(case.state.database)) as database:
        yield database


def arrived(history: pa.Table, start: int, end: int) -> list[str]:
    """Return the ids of the outcomes that arrived in a window, in order."""
    rows = with_outcome(history)
    ids, moments = rows["id"].to_pylist(), instants(rows["arrived"])
    return sorted(event for event, at in zip(ids, moments, strict=True) if start <= at < end)


def test_outcomes_since_the_last_time_are_taken_once(
    case: Any, database: Database, history: pa.Table
) -> None:
    """From the deployment on; said again at the same moment it changes nothing."""
    for moment in (25 * DAY, 25 * DAY, 32 * DAY):
        _, after = fetch_outcomes(case.config, now=moment)
        ids = arrived(history, SINCE, moment)
        assert Feedback(database).quarantined("toy") == ids
        assert (after.until, after.taken, after.received.accepted) == (moment, len(ids), 0)
        assert OutcomeLog(database).tally("toy").count == len(ids)


def test_they_join_the_events_that_were_served(
    case: Any, database: Database, history: pa.Table
) -> None:
    """Under the id by which the source knows the event, whichever came first."""
    known = arrived(history, SINCE, 24 * DAY)
    EventLog(database).record("toy", events(known[:3]))
    _, after = fetch_outcomes(case.config, now=24 * DAY)
    assert after.received.accepted == 3
    EventLog(database).record("toy", events(known[3:5]))
    assert sorted(Feedback(database).scored("toy", 0, 9 * DAY).id) == known[:5]


def test_what_fails_on_the_way_is_fetched_the_next_time(
    case: Any, database: Database, history: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outcomes, and how far they were taken, are recorded together or not at all."""

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Stored, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch_outcomes(case.config, now=25 * DAY)
    assert OutcomeLog(database).tally("toy").count == 0
    fetch_outcomes(case.config, now=25 * DAY)
    assert Feedback(database).quarantined("toy") == arrived(history, SINCE, 25 * DAY)


def test_what_another_process_took_meanwhile_is_taken_once(
    case: Any, database: Database, history: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the source; the one that commits later changes nothing."""
    outcomes = fetching.SourceOutcomes.outcomes

    def overtaken(self: Any, start: int, end: int) -> Any:
        result = outcomes(self, start, end)
        if end == 24 * DAY:
            fetch_outcomes(case.config, now=25 * DAY)
        return result

    monkeypatch.setattr(fetching.SourceOutcomes, "outcomes", overtaken)
    fetch_outcomes(case.config, now=24 * DAY)
    ids = arrived(history, SINCE, 25 * DAY)
    progress = live_progress(database, "toy").outcomes.load()
    assert (progress.until, progress.taken) == (25 * DAY, len(ids))
    assert Feedback(database).quarantined("toy") == ids


def test_it_takes_a_source_that_gives_increments(case: Any) -> None:
    """Nothing is fetched over HTTP, and a dump never has anything new."""
    config = replace(case.config, feedback=HttpFeedback())
    with pytest.raises(ConfigError, match="feedback=http fetches nothing"):
        fetch_outcomes(config, now=NOW)
    dump = replace(case.config.data_access, name="ad_hoc_dump")
    config = replace(case.config, data_access=dump, evaluation={"name": "never"})
    with pytest.raises(LifecycleError, match="feedback=source cannot work with"):
        part_warnings(declared_lifecycle(config), config)


@pytest.mark.e2e
def test_a_serving_process_fetches_by_itself(
    deployed: tuple[Operation, Path],
    contract: Contract,
    history: pa.Table,
    table: Path,
    tmp_path: Path,
) -> None:
    """In a process of its own: what a source needs is never loaded where requests are served."""
    words = ("feedback=source", "feedback.every=1s", f"product.source.query.path={table}")
    (event,) = arrived(history, 30 * DAY, 31 * DAY)[:1]
    with (
        servers(deployed, contract, tmp_path) as start,
        start(*words) as server,
        closing(Database(f"sqlite:///{tmp_path}/state/liaison.db")) as database,
    ):
        asked = {"record": RECORD, "id": event, "time": "1970-01-30T00:00:00Z"}
        assert server.ask("POST", "/predict", asked)[0] == 200
        waited = Stopwatch()
        while event not in Feedback(database).scored("toy", 0, 60 * DAY).id:
            assert waited.seconds() < DEADLINE, server.end()
        server.end()
        modules = json.loads((tmp_path / "modules.json").read_text())
        assert {"ibis", "duckdb", "pandas"}.isdisjoint(modules)


@pytest.mark.e2e
def test_a_process_that_is_killed_neither_skips_an_outcome_nor_takes_one_twice(
    deployed: tuple[Operation, Path],
    contract: Contract,
    table: Path,
    tmp_path: Path,
) -> None:
    """Wherever it was on its way, from its start to its commit."""

    def fetch(name: str) -> tuple[subprocess.Popen[bytes], Path]:
        state = tmp_path / name
        if not state.exists():
            shutil.copytree(deployed[1], state)
        words = ("feedback=source", f"product.source.query.path={table}")
        process = subprocess.Popen(
            command("production.service.fetching"),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(toy_config(contract.folder, state, words)))
        process.stdin.close()
        return process, state

    def taken(state: Path) -> tuple[int, list[tuple[Any, ...]]]:
        with closing(Database(f"sqlite:///{state}/liaison.db")) as database:
            with database.reading() as connection:
                rows = connection.execute(select(OUTCOMES).order_by(*OUTCOMES.primary_key))
                outcomes = [tuple(row) for row in rows]
            return live_progress(database, "toy").outcomes.load().taken, outcomes

    before, waited = taken(deployed[1]), Stopwatch()
    process, whole = fetch("whole")
    assert process.wait(DEADLINE) == 0
    seconds = waited.seconds()
    for share in (0.8, 0.95):
        process, _ = fetch("killed")
        with suppress(subprocess.TimeoutExpired):
            process.wait(share * seconds)
        process.kill()
        process.wait(DEADLINE)
    process, killed = fetch("killed")
    assert process.wait(DEADLINE) == 0
    assert taken(killed) == taken(whole) > before
