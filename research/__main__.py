"""The entry point: `python -m research task=new|explore|learn|specify`."""

from __future__ import annotations

import sys
from pathlib import Path

try:
    from contracts.config.entry import main
    from research.usage import USAGE
except KeyboardInterrupt:  # imports take seconds; from here on the entry point handles it
    sys.stderr.write("interrupted\n")
    sys.exit(130)
except ImportError as error:
    # `python -m` puts the working directory first: a folder there can stand in for a package.
    if (error.name or "").partition(".")[0] != "contracts" or not Path("contracts").is_dir():
        raise
    sys.exit(f"{error}; a folder 'contracts' here hides the package: run from another directory")

if __name__ == "__main__":
    sys.exit(main("research", usage=USAGE))
