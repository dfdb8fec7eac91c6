"""The engine under a supervisor: serves as `task=serve` does.

    python -m production.operating.engine_process

Its order, the first line of its standard input, is the configuration.
"""

from __future__ import annotations

import sys

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from production.operating.lifeline import take_order
from production.service.serve import serve_configured
from production.settings import Production


def main() -> int:
    """Serve as ordered until told to end, and return the exit code."""
    config = msgspec.json.decode(take_order(), type=Production)
    try:
        serve_configured(config)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
