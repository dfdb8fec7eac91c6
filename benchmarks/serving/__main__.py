"""What serving costs: ``python benchmarks/serving``, ours beside its peers, in one run.

Deploys the product in both liaisons, makes an environment for each peer, starts all servers, and
loads them in turns: 16 connections for throughput, 1 for latency. Each server has one core and the
load another one, unless ``--unpinned``. Then it measures, in this process, what a request costs as
more generations are loaded, as a batch grows, and with each selector.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.serving.growth import growth  # noqa: E402 - found once the path above is
from benchmarks.serving.load import check_installed  # noqa: E402
from benchmarks.serving.measure import Rounds, measure  # noqa: E402
from benchmarks.serving.ours import bare, deploy, first_generation, ours  # noqa: E402
from benchmarks.serving.peers import peers  # noqa: E402
from benchmarks.serving.pipeline import fit_again  # noqa: E402
from benchmarks.serving.table import print_growth, print_servers, print_targets  # noqa: E402
from contracts.products.flights.ingest import ingest  # noqa: E402


def main(data: Path, work: Path, *, rounds: Rounds, only: str, blocks: int) -> int:
    """Print the tables and the targets; return the exit code."""
    check_installed()
    ingest(data / "flights")
    dual, joint = (deploy(liaison, data=data, work=work) for liaison in ("dual", "joint"))
    _, of_dual = first_generation(dual)
    generation, of_joint = first_generation(joint)
    pipeline = work / "pipeline.joblib"
    fit_again(joint.config, generation, pipeline)
    groups = (
        (of_dual, [*ours(dual, work=work), *bare(of_dual)]),
        (of_joint, [*ours(joint, work=work), *peers(pipeline, work=work)]),
    )
    contenders = [each for _, group in groups for each in group if only in each.name]
    expected = {each.name: probability for probability, group in groups for each in group}
    measured = measure(contenders, expected, rounds=rounds, work=work)
    print_servers(measured)
    if only:
        return 0
    costs = growth(dual, work=work, rounds=blocks)
    print_growth(costs)
    return print_targets(measured, costs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data"), help="ingested data")
    work = Path("outputs/benchmarks/serving")
    parser.add_argument("--work", type=Path, default=work, help="where it keeps what it makes")
    parser.add_argument("--short", action="store_true", help="one round of a second each")
    parser.add_argument("--unpinned", action="store_true", help="all cores for servers and load")
    parser.add_argument("--only", default="", help="only servers whose name has this text")
    given = parser.parse_args()
    short = given.short
    turns = Rounds(
        count=1 if short else 5, seconds=1 if short else 2, warm=1, pinned=not given.unpinned
    )
    blocks = 5 if short else 40
    sys.exit(
        main(
            given.data.resolve(), given.work.resolve(), rounds=turns, only=given.only, blocks=blocks
        )
    )
