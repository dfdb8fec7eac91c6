"""What a run costs beside fitting and predicting: ``python benchmarks/overhead.py [--short]``.

Runs three products through their lifecycles, each in a process of its own: a year of flights under
`dual`; `many`, refreshed every week by a model that is served as skops; `million`, with one fit to
a million rows. Times the functions of `PARTS` in the very run that `python -m production` makes, in
CPU seconds: other processes on the machine do not count. Time counts for the innermost part.

``--json FILE`` keeps the figures, ``--against FILE`` prints those of another run beside them.
Words after that are overrides, such as ``gate.refit=false``. Ends with 1 if all but fitting and
predicting takes more than a fifth of any run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.parts import PartTimer  # noqa: E402 - once the path above is set

if TYPE_CHECKING:
    from collections.abc import Sequence

#: At most this share of a run may be neither fit nor prediction.
MOST = 0.2
FIT, PREDICT = "fit", "predict"
PROVEN, GOLDEN = "proof: fits and predictions", "golden checks, reading back"
PARTS = {
    FIT: ["production.agents.builder:ModelBuilder.fit"],
    PREDICT: [
        "contracts.data.predictions:predict",
        "production.generation.guarded:GuardedModel.predict",
    ],
    PROVEN: [
        "contracts.equivalence.sides:Sides.refit",
        "contracts.equivalence.case:Case.predict",
        "contracts.equivalence.case:Case.predict_each",
        "contracts.equivalence.clauses.latency:time_one_row",
    ],
    "proof: its other work": ["production.assembly.proof:prove_run"],
    "export, packing": ["production.generation.files:pack"],
    GOLDEN: ["production.generation.files:read_checked"],
    "artifacts": [
        "production.artifacts.store:LocalArtifacts.publish",
        "production.artifacts.store:LocalArtifacts.open",
    ],
    "probing": ["production.generation.probe:Probe.check"],
    "queries of the source": ["contracts.data.programmatic:Programmatic.window"],
    "rows of trainings": [
        "production.agents.builder:ModelBuilder.rows_between",
        "production.agents.generation_trainer:GenerationTrainer._refresh",
    ],
    "schema checks": ["contracts.schema.refusals:TableCheck.refusals"],
    "digests of history": ["production.agents.generation_trainer:GenerationTrainer._history"],
    "gate's other work": [
        "production.agents.gate:Gate.judge",
        "production.agents.gate:Gate.judge_refit",
        "production.agents.generation_trainer:GenerationTrainer._predictions",
    ],
    "event log": [
        "production.feedback.events:EventLog.record",
        "production.feedback.events:EventLog.served",
    ],
    "outcome log": [
        "production.feedback.outcomes:OutcomeLog.record",
        "production.feedback.outcomes:OutcomeLog.arrived",
        "production.feedback.feed:Replay.outcomes",
    ],
    "joining outcomes": [
        "production.feedback.feedback:Feedback.scored",
        "production.feedback.feedback:Feedback.arrived",
    ],
    "evaluation": ["production.agents.evaluation:EvaluationAgent.step"],
    "checkpoints, metrics": [
        "production.registry.checkpoints:Checkpoints.load",
        "production.registry.checkpoints:Checkpoints.save",
        "production.agents.runtime:RuntimeMetrics.at",
    ],
    "serving's other work": ["production.agents.serving:ServingAgent.step"],
    "reading the history": ["production.backtest.history:read_history"],
    "preflight": ["production.backtest.preflight:preflight"],
    "predicting again": ["production.backtest.predicted:predict_again"],
    "scoring, bootstrap": ["production.backtest.result:score_run"],
    "reports": [
        "production.backtest.pages:run_page",
        "contracts.report.write:write_report",
        "production.backtest.result:write_tracked",
        "production.backtest.run:print_result",
    ],
}
#: Of these nothing is told apart.
WHOLE = (FIT, PREDICT, PROVEN, GOLDEN)
WORKLOADS = {
    "flights": ["lifecycle=dual"],
    "many": ["lifecycle=adaptive"],
    "million": ["lifecycle=open"],
}


class RunCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one run cost.

    Attributes:
        parts: CPU seconds by part.
        wall: Seconds on the wall clock.
        trainings: How many trainings it made.
        score: The contract's first metric, of what was served.
    """

    parts: dict[str, float]
    wall: float
    trainings: int
    score: float

    @property
    def cpu(self) -> float:
        """CPU seconds in all."""
        return sum(self.parts.values())

    @property
    def overhead(self) -> float:
        """The share of all but fitting and predicting."""
        return 1 - sum(self.parts.get(part, 0.0) for part in (FIT, PREDICT, PROVEN)) / self.cpu


Costs = dict[str, RunCost]


def main(names: Sequence[str], words: Sequence[str], *, short: bool, against: Costs) -> Costs:
    """Run each workload, print its table, and return what each cost."""
    costs = {}
    for name in names:
        costs[name] = _run(name, words, short=short)
        print_cost(name, costs[name], against.get(name))
    return costs


def print_cost(name: str, cost: RunCost, before: RunCost | None) -> None:
    """Print a workload's table, beside that of another run of it if there is one."""
    runs = [before, cost] if before else [cost]
    print(
        f"\n{name}: {cost.trainings} trainings, score {', '.join(f'{r.score:.6f}' for r in runs)}"
    )
    print(
        f"  {'CPU seconds':<28}"
        + "".join(f"{title:>18}" for title in ("before", "now")[-len(runs) :])
    )
    parts = dict.fromkeys(part for run in reversed(runs) for part in run.parts)
    for part in sorted(parts, key=lambda part: -cost.parts.get(part, 0.0)):
        print(f"  {part:<28}" + "".join(_cell(r.parts.get(part, 0.0), r.cpu) for r in runs))
    print(f"  {'all':<28}" + "".join(_cell(run.cpu, run.cpu) for run in runs))
    overhead = "".join(_cell(run.overhead * run.cpu, run.cpu) for run in runs)
    print(f"  {'all but fits, predictions':<28}{overhead}", flush=True)


def _cell(seconds: float, whole: float) -> str:
    return f"{seconds:>10.2f}{seconds / whole:>8.1%}"


def _run(name: str, words: Sequence[str], *, short: bool) -> RunCost:
    """Run a workload in a process of its own, and return what it cost."""
    with tempfile.TemporaryDirectory(prefix="overhead-") as temporary:
        folder = Path(temporary)
        product = _installed(name, folder, short=short)
        given = [*product, f"paths.output={folder / 'output'}", *WORKLOADS[name], *words]
        path = os.pathsep.join([str(folder / "site"), str(ROOT)])
        result = folder / "cost.json"
        subprocess.run(
            [sys.executable, __file__, "--measure", str(result), "--", *given],
            env={**os.environ, "PYTHONPATH": path},
            check=True,
            stdout=sys.stderr,
        )
        return msgspec.json.decode(result.read_bytes(), type=RunCost)


def _installed(name: str, folder: Path, *, short: bool) -> list[str]:
    """Lay a product down in a folder, and return the words of a command that name it."""
    if name == "flights":
        return ["product.until=2013-04-01T05:00:00Z"] if short else []
    from benchmarks import overhead_products as products  # noqa: PLC0415 - a process without it

    product = {"many": products.MANY, "million": products.MILLION}[name]
    return products.install(products.shortened(product) if short else product, folder)


def measure(arguments: Sequence[str]) -> RunCost:
    """Run `python -m production` in this process, and return what it cost."""
    timer = PartTimer()
    timer.time_imports()
    from contracts.config.entry import main as run  # noqa: PLC0415 - its import is timed

    timer.time_parts(PARTS, whole=WHOLE)
    if code := run("production", usage="", arguments=arguments):
        sys.exit(code)
    timer.count()
    output = next(each for each in arguments if each.startswith("paths.output="))
    report = msgspec.json.decode((Path(output.partition("=")[2]) / "report.json").read_bytes())
    score = next(iter(report["metrics"].values()))["value"]
    return RunCost(
        parts=dict(timer.seconds), wall=timer.wall, trainings=report["trainings"], score=score
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a month of flights, smaller products")
    parser.add_argument("--only", nargs="*", default=[*WORKLOADS], choices=[*WORKLOADS])
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    parser.add_argument("--against", type=Path, help="figures of another run, to print beside")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", help="overrides, such as gate.refit=false")
    given = parser.parse_args()
    if given.measure:
        given.measure.write_bytes(msgspec.json.encode(measure(given.words)))
        sys.exit()
    earlier = msgspec.json.decode(given.against.read_bytes(), type=Costs) if given.against else {}
    costs = main(given.only, given.words, short=given.short, against=earlier)
    if given.json:
        given.json.write_bytes(msgspec.json.encode(costs))
    sys.exit(int(any(cost.overhead > MOST for cost in costs.values())))
