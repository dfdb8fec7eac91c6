"""The command ``python benchmarks/live_faults.py``: scenarios, one after the other."""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.live_scenarios.away import away
from benchmarks.live_scenarios.clock import clock
from benchmarks.live_scenarios.disk import disk
from benchmarks.live_scenarios.failing import failing
from benchmarks.live_scenarios.kills import kills
from benchmarks.live_scenarios.stops import stops
from benchmarks.live_scenarios.triggers import triggers
from benchmarks.serving_scenarios.findings import show
from tests.suites.postgresql import SERVER, fresh_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.serving_scenarios.findings import Findings

SCENARIOS: dict[str, Callable[..., Findings]] = {
    "kills": kills,
    "stops": stops,
    "triggers": triggers,
    "failing": failing,
    "clock": clock,
    "disk": disk,
    "away": away,
}
UNTIMED: dict[str, dict[str, Any]] = {"kills": {"judged": False}, "stops": {"judged": False}}
SHORT: dict[str, dict[str, Any]] = {
    "kills": {"count": 2, "judged": False},
    "stops": {"names": ("training",), "count": 2, "judged": False},
    "triggers": {"count": 2_000},
    "failing": {},
    "clock": {"jumps": 200},
    "disk": {},
    "away": {"seconds": 3.0},
}


def found(
    names: Sequence[str], database: str, server: str, options: dict[str, dict[str, Any]]
) -> Iterator[Findings]:
    """Run scenarios, and yield what each found."""
    for name in names:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as room, words_of(name, database, server) as words:
            findings = SCENARIOS[name](Path(room), *words, **options.get(name, {}))
        findings.note(f"all that in {time.monotonic() - began:.0f} s")
        yield findings


@contextmanager
def words_of(name: str, database: str, server: str) -> Iterator[tuple[str, ...]]:
    """Yield the overrides that name an empty database; `away` makes its own."""
    if database == "sqlite" or name == "away":
        yield ()
        return
    with fresh_schema(server) as url:
        yield "database=postgresql", f"database.url='{url}'"


def run(doc: str) -> int:
    """Do what the command line asks for, and return the exit code."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--only", choices=[*SCENARIOS], action="append", help="one or more of them")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--server", default=SERVER, help="PostgreSQL, as the URL of a database")
    parser.add_argument("--short", action="store_true", help="little of each, no time is judged")
    parser.add_argument("--untimed", action="store_true", help="all of each, no time is judged")
    parser.add_argument("--away", type=float, help="seconds that the database is away")
    chosen = parser.parse_args()
    options = SHORT if chosen.short else UNTIMED if chosen.untimed else {}
    if chosen.away is not None:
        options = {**options, "away": {"seconds": chosen.away}}
    names = chosen.only or [*SCENARIOS]
    findings = found(names, chosen.database, chosen.server, options)
    return show(findings, f"database={chosen.database}")
