"""What live operation does when things go wrong: ``python benchmarks/live_faults.py``.

Real agents and a real engine, each in a process of its own, on the wall clock: they are killed,
stopped, starved of disk, cut from their database. Prints one table; ends with 1 unless every claim
holds. ``--short`` does little of each, and judges no time; ``--untimed`` does all of each and
judges no time, for a machine that has other work. ``--only kills`` alone measures what callers of
the engine notice. With ``--database postgresql`` all is in PostgreSQL's ``test`` at 127.0.0.1:5432,
in schemas of their own; ``--server`` names another, such as one that has other processors.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

if __name__ == "__main__":  # an agent that is forked from here reads this file, and needs no more
    from benchmarks.live_scenarios.run import run

    sys.exit(run(__doc__))
