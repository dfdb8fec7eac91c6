"""What a server does when things go wrong: ``python benchmarks/serving_faults.py``.

Real server processes under a real load: generations are swapped or broken, processes ended or
killed, clients slow, consoles open, the database away. Prints one table; ends with 1 unless every
claim holds. ``--short`` does little of each, and judges no time. The database that goes away is
PostgreSQL's ``test`` at 127.0.0.1:5432, in a schema of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.serving_scenarios.away import away  # noqa: E402 - found once the path above is
from benchmarks.serving_scenarios.broken import broken  # noqa: E402
from benchmarks.serving_scenarios.consoles import consoles  # noqa: E402
from benchmarks.serving_scenarios.drains import drains  # noqa: E402
from benchmarks.serving_scenarios.findings import show  # noqa: E402
from benchmarks.serving_scenarios.kills import kills  # noqa: E402
from benchmarks.serving_scenarios.slow import slow  # noqa: E402
from benchmarks.serving_scenarios.swaps import swaps  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.serving_scenarios.findings import Findings

SCENARIOS: dict[str, Callable[..., Findings]] = {
    "swaps": swaps,
    "drains": drains,
    "broken": broken,
    "kills": kills,
    "slow": slow,
    "consoles": consoles,
    "away": away,
}
SHORT: dict[str, dict[str, Any]] = {
    "swaps": {"count": 4, "judged": False},
    "drains": {"count": 2},
    "broken": {"count": 3},
    "kills": {"count": 2},
    "slow": {"headers": 50, "bodies": 5, "judged": False},
    "consoles": {"rounds": 1, "seconds": 2.0, "judged": False},
    "away": {"seconds": 2.0},
}


def found(names: Sequence[str], server: str, *, short: bool) -> Iterator[Findings]:
    """Run scenarios, and yield what each found."""
    for name in names:
        options = SHORT[name] if short else {}
        with tempfile.TemporaryDirectory() as room:
            yield SCENARIOS[name](Path(room), f"server={server}", **options)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=[*SCENARIOS], action="append", help="one or more of them")
    parser.add_argument("--server", choices=["uvicorn", "granian", "direct"], default="uvicorn")
    parser.add_argument("--short", action="store_true", help="little of each, no time is judged")
    options = parser.parse_args()
    findings = found(options.only or [*SCENARIOS], options.server, short=options.short)
    sys.exit(show(findings, f"server={options.server}"))
