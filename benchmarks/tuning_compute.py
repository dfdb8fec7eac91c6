"""What parallel trials give: ``python benchmarks/tuning_compute.py [--trials 24]``.

Runs flights with one search of parameters three times in a row: all fits in one process, in two
local processes, and on a Dask cluster of two workers that this starts. The three must make the
same generations, by artifact, and reach the same verdict. A fourth run without a search says what
of each run's time is not the search; the ratios are of what is left. Each fit has one thread: by
itself a fit of trees takes all processors, and leaves nothing for another beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import benchmarks  # noqa: E402, F401 - found once the path above is; it keeps bytecode
from tests.suites.dask_cluster import cluster  # noqa: E402

WORDS = (
    "task=run",
    "product=flights",
    "product.contract=1.0.0",
    "task.options.bootstrap.repeats=20",
)


def run(folder: Path, *words: str) -> tuple[float, Path]:
    """Return the seconds of a run, and its folder."""
    began = perf_counter()
    command = [sys.executable, "-m", "production", *WORDS, *words, f"paths.output={folder}"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began, folder


def outcome(folder: Path) -> Any:
    """Return the generations of a run, by artifact, its verdict and its scores."""
    with closing(sqlite3.connect(folder / "state" / "liaison.db")) as database:
        made = database.execute("SELECT release, number, artifact FROM generations").fetchall()
    report = json.loads((folder / "report.json").read_text("utf-8"))
    return sorted(made), report["verdict"]["code"], report["metrics"]


def main() -> None:
    """Print the seconds of each run, and how much faster the parallel ones searched."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--until", default="2013-03-20T05:00:00Z")
    parser.add_argument("--trials", type=int, default=24)
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # of the runs, and of the cluster
    until = f"product.until={given.until}"
    trials = f"strategy.trials={given.trials}"
    search = (until, "strategy=tuning", "strategy.every=7d", trials)
    with TemporaryDirectory(prefix="tuning-") as name:
        room = Path(name)
        run(room / "first", until, "strategy=full", "compute.processes=1")  # reads and compiles all
        base, _ = run(room / "none", until, "strategy=full", "compute.processes=1")
        reports = {
            "one process": run(room / "one", *search, "compute.processes=1"),
            "two local processes": run(room / "two", *search, "compute.processes=2"),
        }
        (room / "cluster").mkdir()
        with cluster(room / "cluster", workers=2) as address:
            dask = (*search, "compute=dask", f"compute.address={address}")
            reports["two Dask workers"] = run(room / "dask", *dask)
        serial = reports["one process"][0] - base
        print(f"without a search {base:.1f} s")
        for label, (seconds, made) in reports.items():
            searched = seconds - base
            times = serial / searched
            print(f"{label}: {seconds:.1f} s, searching {searched:.1f} s, {times:.2f} times")
            if outcome(made) != outcome(reports["one process"][1]):
                sys.exit(f"{label} made other generations than one process, or another verdict")


if __name__ == "__main__":
    main()
