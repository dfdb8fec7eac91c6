"""Operates the small product in a process of its own, as `task=operate` does a configured one.

    python operate_small.py

reads the configuration from its standard input.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import msgspec

from contracts.errors import LiaisonError, exit_code
from production.operating.operate import operate_live
from production.settings import Production

TOY = Path(__file__).parents[1] / "toy"


def main() -> int:
    """Operate until told to end, and return the exit code."""
    sys.path.insert(0, str(TOY))
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        operate_live(msgspec.json.decode(sys.stdin.buffer.read(), type=Production))
    except LiaisonError as error:
        sys.stderr.write(f"{error}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
