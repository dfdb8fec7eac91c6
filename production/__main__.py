"""The entry point: `python -m production task=run|compare|describe|taxonomy`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

try:
    from contracts.compute.forked import Workers
    from contracts.host.fork_server import FORKS

    unforked = {"compute.processes=1", "compute=dask", "compute=ray", "-h", "--help"}
    several = "task=compare" in sys.argv and not unforked & {*sys.argv}
    if __name__ == "__main__" and FORKS and several:
        with suppress(OSError):  # then each run's process loads what it needs itself
            Workers.prepare("production.backtest.preloaded")  # it loads while this one does
    from contracts.config.entry import main
    from production.usage import USAGE
except KeyboardInterrupt:  # imports take seconds; from here on the entry point handles it
    sys.stderr.write("interrupted\n")
    sys.exit(130)
except ImportError as error:
    # `python -m` puts the working directory first: a folder there can stand in for a package.
    if (error.name or "").partition(".")[0] != "contracts" or not Path("contracts").is_dir():
        raise
    sys.exit(f"{error}; a folder 'contracts' here hides the package: run from another directory")

if __name__ == "__main__":
    sys.exit(main("production", usage=USAGE))
