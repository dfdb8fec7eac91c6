"""What damaged contracts do to who reads them: ``python benchmarks/damaged_contracts.py``.

Damages the folder of a published contract, mostly with digests that agree again, and reads it as
serving, `task=check` and `task=publish` do. Ends with 1 unless each is refused as
no contract or as changed, or is a sound contract; each within 5 s; and the process took less than
1 GiB.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.tally import Tally  # noqa: E402 - found once the path above is
from contracts.contract import latest, load  # noqa: E402
from contracts.errors import ContractError, IntegrityError, LiaisonError  # noqa: E402
from contracts.publication.audit import verify  # noqa: E402
from tests.suites.damaged import damaged  # noqa: E402


def main(count: int, seed: int) -> int:
    """Read all, print a line for each and the totals; return the exit code."""
    contract = latest(ROOT / "contracts" / "published", "flights")
    tally = Tally()
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / contract.version
        for number, (name, craft) in enumerate(damaged(count, seed), start=1):
            shutil.copytree(contract.folder, folder)
            craft(folder, random.Random(number))  # noqa: S311
            tally.add(name, lambda: outcome(folder))
            shutil.rmtree(folder)
    return tally.end()


def outcome(folder: Path) -> tuple[str, str]:
    """Return what reading a contract came to, and in which words."""
    try:
        contract = load(folder)
        try:
            verify(contract)
        except LiaisonError as error:  # `task=check` and `task=publish` name it a contract's
            return "refused", error.message
    except (ContractError, IntegrityError) as error:
        return "refused", error.message
    except Exception as error:  # noqa: BLE001 - whatever comes, it is counted
        return "ERROR", f"{type(error).__name__}: {error}"
    return "sound", "a contract"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sys.exit(main(options.count, options.seed))
