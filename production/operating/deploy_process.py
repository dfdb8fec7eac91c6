"""Deploys a product under a supervisor, if nothing serves it yet, as `task=deploy` does.

    python -m production.operating.deploy_process

Its order, the first line of its standard input, is the configuration.
"""

from __future__ import annotations

import logging
import sys

import msgspec

from contracts.config import options
from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from production.operating.lifeline import take_order
from production.service.deploy import DeployOptions, deploy_product, deployed_line
from production.settings import Production


def main() -> int:
    """Deploy as ordered, and return the exit code."""
    config = msgspec.json.decode(take_order(), type=Production)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    try:
        chosen = options(config.task, DeployOptions)
        deployment = deploy_product(config, chosen, progress=logging.info)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    sys.stdout.write(f"{deployed_line(config, deployment)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
