"""Speed and memory of ``task=score``: ``python benchmarks/whole_table.py [--rows 5000000]``.

Trains one generation of flights, writes tables of requests drawn from the contract's golden rows,
and predicts each with the task in one process. Beside it, in the same run: the generation's model
alone, over batches that are in memory already. What is more than that is reading, checking each row
against the contract, and writing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from contracts.contract import latest
from contracts.contract.contract import load
from production.generation.files import unpack
from production.implementations.flights.model import FlightsModel
from production.scoring.part import ROWS

ROOT = Path(__file__).parents[1]
GROUP = 500_000
WORDS = ("product=flights", "product.contract=1.0.0")


def golden() -> pa.Table:
    """Return the inputs of the contract's golden rows."""
    folder = latest(ROOT / "contracts" / "published", "flights").folder.parent / "1.0.0"
    contract = load(folder)
    table = parquet.read_table(folder / "golden.parquet")
    return table.select(contract.inputs)


def write_rows(file: Path, count: int) -> None:
    """Write a table of so many requests, in row groups."""
    rows, draw = golden(), np.random.default_rng(0)
    with parquet.ParquetWriter(file, rows.schema) as writer:
        for start in range(0, count, GROUP):
            places = draw.integers(0, rows.num_rows, min(GROUP, count - start))
            writer.write_table(rows.take(pa.array(places)))


def command(*words: str) -> tuple[float, float]:
    """Run a task; return its seconds, and the most memory it had in MiB."""
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "production", *WORDS, *words], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return perf_counter() - started, used.ru_maxrss / 1024


def alone(generation: Path, *, batches: int) -> float:
    """Return the rows that a generation's model predicts a second, from memory."""
    folder = ROOT / "contracts" / "published" / "flights" / "1.0.0"
    model = unpack(generation, FlightsModel, load(folder), name="1.0.0/1")
    rows = golden().take(pa.array(np.random.default_rng(0).integers(0, 300, ROWS)))
    model.predict(rows)
    started = perf_counter()
    for _ in range(batches):
        model.predict(rows)
    return batches * ROWS / (perf_counter() - started)


def main(counts: list[int], room: Path) -> None:
    """Print a line for each table."""
    until = "product.until=2013-03-02T05:00:00Z"
    command("task=run", until, f"paths.output={room / 'run'}")
    given = [f"task.options.state={room / 'run' / 'state'}", "compute.processes=1"]
    print(f"{'rows':>12}  {'rows/s':>9}  {'of the model alone':>18}  {'MiB':>5}")
    for count in counts:
        file, output = room / "rows.parquet", room / "output"
        write_rows(file, count)
        words = (f"task.options.rows={file}", f"paths.output={output}", *given)
        seconds, memory = command("task=score", *words)
        made = json.loads((output / "scores.json").read_text())
        assert made["predicted"] == count, made
        generation = room / "run" / "state" / "artifacts" / "published" / made["artifact"]
        rate = alone(generation, batches=20)
        share = count / seconds / rate
        print(f"{count:>12,}  {count / seconds:>9,.0f}  {share:>18.0%}  {memory:>5.0f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000_000, 50_000_000])
    parser.add_argument("--folder", type=Path, help="where the tables are written; a temporary one")
    chosen = parser.parse_args()
    with TemporaryDirectory(dir=chosen.folder) as folder:
        main(chosen.rows, Path(folder))
