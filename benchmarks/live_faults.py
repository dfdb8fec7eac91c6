"""What live operation does when things go wrong: ``python benchmarks/live_faults.py``.

Real agents and a real engine, each in a process of its own, on the wall clock: they are killed,
stopped, starved of disk, cut from their database. Prints one table; ends with 1 unless every claim
holds. ``--short`` does little of each, and judges no time; ``--untimed`` does all of each and
judges no time, for a machine that has other work. ``--only kills`` alone measures what callers of
the engine notice. With ``--database postgresql`` all is in PostgreSQL's ``test`` at 127.0.0.1:5432,
in schemas of their own; ``--server`` names another, such as one that has other processors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402 - found once the path above is
from rich.markup import escape  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks.live_scenarios.away import away  # noqa: E402
from benchmarks.live_scenarios.clock import clock  # noqa: E402
from benchmarks.live_scenarios.disk import disk  # noqa: E402
from benchmarks.live_scenarios.failing import failing  # noqa: E402
from benchmarks.live_scenarios.kills import kills  # noqa: E402
from benchmarks.live_scenarios.stops import stops  # noqa: E402
from benchmarks.live_scenarios.triggers import triggers  # noqa: E402
from tests.suites.postgresql import SERVER, fresh_schema  # noqa: E402

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
UNTIMED: dict[str, dict[str, Any]] = {"kills": {"judged": False}}
SHORT: dict[str, dict[str, Any]] = {
    "kills": {"count": 2, "judged": False},
    "stops": {"names": ("training",), "count": 2},
    "triggers": {"count": 2_000},
    "failing": {},
    "clock": {"jumps": 200},
    "disk": {},
    "away": {"seconds": 3.0},
}


def main(
    names: Sequence[str], database: str, options: dict[str, dict[str, Any]], server: str = SERVER
) -> int:
    """Run scenarios, print what they found, and return the exit code."""
    table = Table("scenario", "figures", title=f"database={database}")
    failed: list[str] = []
    for name in names:
        scenario = partial(SCENARIOS[name], **options.get(name, {}))
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as room, words_of(name, database, server) as words:
            findings = scenario(Path(room), *words)
        findings.note(f"all that in {time.monotonic() - began:.0f} s")
        table.add_row(findings.scenario, escape("\n".join(findings.figures)), end_section=True)
        failed += [f"{findings.scenario}: {each}" for each in findings.failed]
        print(f"{findings.scenario}: {'; '.join(findings.figures)}", flush=True)
    Console(width=140).print(table)
    for each in failed:
        print(f"does not hold: {each}")
    return int(bool(failed))


@contextmanager
def words_of(name: str, database: str, server: str) -> Iterator[tuple[str, ...]]:
    """Yield the overrides that name an empty database; `away` makes its own."""
    if database == "sqlite" or name == "away":
        yield ()
        return
    with fresh_schema(server) as url:
        yield "database=postgresql", f"database.url='{url}'"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
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
    sys.exit(main(chosen.only or [*SCENARIOS], chosen.database, options, chosen.server))
