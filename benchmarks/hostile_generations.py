"""What crafted generations do to who loads them: ``python benchmarks/hostile_generations.py``.

Publishes generations that an attacker with access to the store could have made, each under its own
digest, and loads them as the engine does. Ends with 1 unless each is refused as broken or as
another product's, or is the model that it was; each within 5 s; and neither this process nor one
that it started took 1 GiB.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.tally import Tally  # noqa: E402 - found once the path above is
from contracts.contract import latest  # noqa: E402
from contracts.errors import IncompatibleError, IntegrityError  # noqa: E402
from production.artifacts.store import LocalArtifacts  # noqa: E402
from production.generation.description import Candidate  # noqa: E402
from production.generation.loader import Loader  # noqa: E402
from production.generation.probe import Probe  # noqa: E402
from production.implementations.flights.model import FlightsModel  # noqa: E402
from tests.suites.hostile import crafted, republish, sound  # noqa: E402


def main(count: int, seed: int) -> int:
    """Load all, print a line for each and the totals; return the exit code."""
    contract = latest(ROOT / "contracts" / "published", "flights")
    tally = Tally()
    with tempfile.TemporaryDirectory() as room:
        store, made = Path(room) / "store", Path(room) / "sound"
        artifacts = LocalArtifacts(store)
        sound(made, contract)
        probe = Probe(FlightsModel, contract)
        for number, (name, craft) in enumerate(crafted(count, seed), start=1):
            folder = Path(room) / "crafted"
            shutil.copytree(made, folder)
            digest = republish(store, folder, craft(folder, random.Random(number)))  # noqa: S311
            loader = Loader(artifacts=artifacts, kind=FlightsModel, contract=contract, probe=probe)
            candidate = Candidate(release="1.0.0", generation=number, artifact=digest)
            tally.add(name, partial(outcome, loader, candidate))
            shutil.rmtree(store / "published" / digest)
    return tally.end()


def outcome(loader: Loader, candidate: Candidate) -> tuple[str, str]:
    """Return what loading a candidate came to, and in which words."""
    try:
        loader.load(candidate)
    except (IncompatibleError, IntegrityError) as error:
        return "refused", error.message
    except Exception as error:  # noqa: BLE001 - whatever comes, it is counted
        return "ERROR", f"{type(error).__name__}: {error}"
    return "loaded", "the model that it was"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sys.exit(main(options.count, options.seed))
