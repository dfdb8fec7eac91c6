"""What one row costs: ``python benchmarks/one_row.py [--data FOLDER]``, from record to probability.

Fits research's pipeline and production's implementation to the same rows, then times, in turns, the
pipeline on a ready one-row frame, its ONNX form and production's own on a decoded record.
Ends with 1 unless production's takes at most 1/200 of the pipeline's time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from contracts.ports import KNOWN, OUTCOME
from contracts.products.flights.ingest import EVENTS, ingest
from production.implementations.flights.learner import FlightsLearner as Production
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.solutions.flights.solution import FlightsSolution as Research

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

RATIO = 200
TRAINED, ASKED = 50_000, 500
ROUNDS = 200
PARAMS = {"max_iter": 40, "learning_rate": 0.15, "max_features": 0.3, "min_samples_leaf": 200}

Asked = tuple["Callable[[Any], Any]", "Sequence[Any]", int]


def main(data: Path) -> int:
    """Print p50 and p99 of each form and the ratio; return the exit code."""
    ingest(data)
    taken = measure(forms(pq.read_table(data / EVENTS)))
    print(f"{'one row':<34}{'p50 µs':>10}{'p99 µs':>10}")
    for name, times in taken.items():
        low, high = np.percentile(times, [50, 99]) / 1e3
        print(f"{name:<34}{low:>10.1f}{high:>10.1f}")
    pipeline, *_, own = (float(np.median(times)) for times in taken.values())
    print(f"\npipeline / production: {pipeline / own:.0f} (at least {RATIO})")
    return 0 if pipeline >= RATIO * own else 1


def forms(events: pa.Table) -> dict[str, Asked]:
    """Return for each form what answers, what it is asked, and how often a round."""
    names = events.column_names
    inputs = names[names.index(KNOWN) + 1 :]
    known = events.filter(events[OUTCOME].is_valid()).select([*inputs, OUTCOME])
    rows, asked = known[:TRAINED], known.select(inputs)[TRAINED : TRAINED + ASKED]
    research = Research(threads=1).fit(rows, params=PARAMS, seed=0)
    production = Production(threads=1).fit(rows, params=PARAMS, seed=0)
    frame = pd.DataFrame(arrays(asked))
    frames = [frame[index : index + 1] for index in range(ASKED)]
    record = msgspec.defstruct("Record", inputs, frozen=True, kw_only=True)
    records = [record(**row) for row in asked.to_pylist()]
    return {
        "scikit-learn pipeline, frame": (research.pipeline.predict_proba, frames, 2),
        "research's ONNX form, record": (through_files(research).one, records, 50),
        "production's own, record": (production.one, records, 100),
    }


def through_files(model: Any) -> ExportedModel:
    """Return the model as it is read back to serve."""
    with tempfile.TemporaryDirectory() as folder:
        model.write(Path(folder))
        return ExportedModel.read(Path(folder))


def measure(asked: Mapping[str, Asked]) -> dict[str, list[int]]:
    """Return nanoseconds of each answer; forms take turns, so that all meet the same machine."""
    taken: dict[str, list[int]] = {name: [] for name in asked}
    for turn in range(ROUNDS):
        for name, (answer, questions, count) in asked.items():
            answer(questions[0])  # the first after another form finds cold caches
            for index in range(turn * count, (turn + 1) * count):
                question = questions[index % len(questions)]
                start = perf_counter_ns()
                answer(question)
                taken[name].append(perf_counter_ns() - start)
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/flights"), help="ingested events")
    sys.exit(main(parser.parse_args().data))
