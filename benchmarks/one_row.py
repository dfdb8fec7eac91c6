"""What one row costs: ``python benchmarks/one_row.py [--data FOLDER]``, from record to probability.

Fits research's pipeline and production's implementation to the same rows, then times, in turns, the
pipeline on a ready one-row frame, its ONNX form and production's own on a decoded record; then the
serving engine against the models that it serves. Ends with 1 unless production's takes at most
1/200 of the pipeline's time, and the engine adds at most 3 µs to a model.
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

from contracts.contract import latest
from contracts.ports import KNOWN, OUTCOME
from contracts.products.flights.ingest import EVENTS, ingest
from production.artifacts.store import LocalArtifacts
from production.generation.description import Candidate, Description
from production.generation.files import pack
from production.generation.loader import Loader
from production.implementations.flights.learner import FlightsLearner as Production
from production.implementations.flights.model import FlightsModel
from production.selectors.port import Split
from production.serving.engine import Engine
from production.serving.manifest import Manifest
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.solutions.flights.solution import FlightsSolution as Research

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from contracts.contract import Contract
    from production.selectors.port import Choice

PUBLISHED = Path("contracts/published")
RATIO, ADDED = 200, 3.0
TRAINED, ASKED = 50_000, 500
ROUNDS = 200
#: How many generations are loaded, and how many of them share the traffic.
SHARED = ((1, 1), (3, 3), (100, 1), (100, 3), (100, 100))
PARAMS = {"max_iter": 40, "learning_rate": 0.15, "max_features": 0.3, "min_samples_leaf": 200}

#: What answers, the questions, and how many are asked a round.
Asked = tuple["Callable[[Any], Any]", "Sequence[Any]", int]


def main(data: Path) -> int:
    """Print both tables; return the exit code."""
    ingest(data)
    events = pq.read_table(data / EVENTS)
    names = events.column_names
    known = events.filter(events[OUTCOME].is_valid())
    known = known.select([*names[names.index(KNOWN) + 1 :], OUTCOME])
    production = Production(threads=1).fit(known[:TRAINED], params=PARAMS, seed=0)
    asked = known[TRAINED : TRAINED + ASKED].drop_columns([OUTCOME])
    fast = compare_forms(known[:TRAINED], asked, production)
    added = compare_engine(asked, production)
    return 0 if fast >= RATIO and added <= ADDED else 1


def compare_forms(rows: pa.Table, asked: pa.Table, production: FlightsModel) -> float:
    """Print p50 and p99 of each form; return the pipeline's time over production's."""
    research = Research(threads=1).fit(rows, params=PARAMS, seed=0)
    frame = pd.DataFrame(arrays(asked))
    frames = [frame[index : index + 1] for index in range(ASKED)]
    records = records_of(asked)
    times = measure(
        {
            "scikit-learn pipeline, frame": (research.pipeline.predict_proba, frames, 2),
            "research's ONNX form, record": (through_files(research).one, records, 50),
            "production's own, record": (production.one, records, 100),
        }
    )
    print(f"{'one row':<34}{'p50 µs':>10}{'p99 µs':>10}")
    for name, each in times.items():
        low, high = np.percentile(each, [50, 99]) / 1e3
        print(f"{name:<34}{low:>10.1f}{high:>10.1f}")
    pipeline, *_, own = (float(np.median(each)) for each in times.values())
    print(f"\npipeline / production: {pipeline / own:.0f} (at least {RATIO})")
    return pipeline / own


def compare_engine(asked: pa.Table, model: FlightsModel) -> float:
    """Print p50 of models alone and behind the engine; return the most that it adds, in µs."""
    contract = latest(PUBLISHED, "flights")
    questions = [(f"key-{at}", record) for at, record in enumerate(records_of(asked))]
    print("\ngenerations  serving  model µs  engine µs   added   ratio")
    most = 0.0
    with tempfile.TemporaryDirectory() as folder:
        store = LocalArtifacts(Path(folder) / "artifacts")
        artifact = publish(store, Path(folder) / "generation", model, contract, asked)
        for loaded, serving in SHARED:
            engine = deploy(store, contract, artifact, loaded=loaded, serving=serving)
            alone, through = (np.median(each) / 1e3 for each in beside(engine, questions).values())
            added = through - alone
            most = max(most, added)
            figures = f"{alone:>10.2f}{through:>11.2f}{added:>8.2f}{through / alone:>8.2f}"
            print(f"{loaded:>11}{serving:>9}{figures}")
    print(f"\nadded by the engine: {most:.2f} µs (at most {ADDED})")
    return most


def records_of(rows: pa.Table) -> list[Any]:
    """Return rows as records with the columns' names as fields."""
    record = msgspec.defstruct("Record", rows.column_names, frozen=True, kw_only=True)
    return [record(**row) for row in rows.to_pylist()]


def through_files(model: Any) -> ExportedModel:
    """Return the model as it is read back to serve."""
    with tempfile.TemporaryDirectory() as folder:
        model.write(Path(folder))
        return ExportedModel.read(Path(folder))


def publish(
    store: LocalArtifacts, folder: Path, model: FlightsModel, contract: Contract, rows: pa.Table
) -> str:
    """Publish a generation of the model; return the artifact's digest."""
    folder.mkdir()
    description = Description(
        product=contract.product, contract=contract.version, inputs=contract.inputs, k=contract.k
    )
    pack(folder, model, description=description, golden=rows[:20])
    return store.publish(folder)


def deploy(
    store: LocalArtifacts, contract: Contract, artifact: str, *, loaded: int, serving: int
) -> Engine:
    """Return an engine whose manifest offers generations, the newest of which share the traffic."""

    def selector(choice: Choice, _: object) -> Split:
        return Split(shares=dict.fromkeys([*choice.arms][-serving:], 1 / serving))

    candidates = tuple(
        Candidate(release="1.0.0", generation=number, artifact=artifact, contract=contract.version)
        for number in range(1, loaded + 1)
    )
    loader = Loader(artifacts=store, kind=FlightsModel, contract=contract)
    engine = Engine(loader=loader, selector=selector, contract=contract)
    manifest = Manifest(
        product=contract.product,
        contract=contract.version,
        arms={"champion": candidates[0]} | {f"arm-{c.generation:03}": c for c in candidates[1:]},
        selector="equal",
        salt="benchmark",
    )
    engine.deploy(manifest, revision=1)
    return engine


def beside(engine: Engine, questions: Sequence[tuple[str, Any]]) -> dict[str, list[int]]:
    """Return nanoseconds of each answer of the models alone, then of the engine.

    Alone, each question goes straight to the model that the engine would choose.
    """
    straight = [(engine.choose(key).model.one, record) for key, record in questions]
    return measure(
        {
            "model": (lambda question: question[0](question[1]), straight, 100),
            "engine": (lambda question: _served(engine, *question), questions, 100),
        }
    )


def _served(engine: Engine, key: str, record: Any) -> tuple[float, ...]:
    return engine.choose(key, record).model.one(record)


def measure(asked: Mapping[str, Asked]) -> dict[str, list[int]]:
    """Return nanoseconds of each answer; forms take turns, so that all meet the same machine."""
    times: dict[str, list[int]] = {name: [] for name in asked}
    for turn in range(ROUNDS):
        for name, (answer, questions, count) in asked.items():
            answer(questions[0])  # the first after another form finds cold caches
            for index in range(turn * count, (turn + 1) * count):
                question = questions[index % len(questions)]
                start = perf_counter_ns()
                answer(question)
                times[name].append(perf_counter_ns() - start)
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/flights"), help="ingested events")
    sys.exit(main(parser.parse_args().data))
