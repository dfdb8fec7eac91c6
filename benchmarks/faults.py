"""Writes the table of seeded faults: ``python benchmarks/faults.py``, into ``docs/faults.md``.

Proves the candidate of the parcels under ``tests/contracts/faults`` with one fault at a time and
records which clauses fail. A test checks each line of the page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "contracts" / "faults"))

from deliveries import page  # noqa: E402 - found once the path above is
from deliveries.contract import draft  # noqa: E402
from deliveries.faults import FAULTS, learner, words  # noqa: E402
from deliveries.proof import judged, statuses  # noqa: E402


def main() -> int:
    """Write the page; return 1 if a fault is not caught."""
    rows, missed = [], 0
    with tempfile.TemporaryDirectory(prefix="faults-") as room:
        contract = draft(Path(room) / "contract")
        for fault in FAULTS:
            start = perf_counter()
            failed = statuses(judged(contract, learner(fault), Path(room) / fault.__name__))
            rows.append(page.row(fault, failed))
            missed += "different" not in failed.values()
            caught = ", ".join(failed) or "NOT CAUGHT"
            print(f"{words(fault)[0]:26} {perf_counter() - start:5.1f} s  {caught}", flush=True)
    text = page.PAGE.read_text("utf-8")
    old = "\n".join(page.table(text))
    page.PAGE.write_text(text.replace(old, "\n".join([*page.head(), *rows])), "utf-8")
    print(f"{len(FAULTS)} faults, {missed} of them not caught")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
