"""Takes what became known for the stored features of a product in service, once.

    python -m production.service.taking

reads a configuration: so a serving process takes it without loading what a source needs.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.moment import duration
from production.assembly.features import feature_intake
from production.database.database import Database
from production.service.folder import live_state
from production.service.product_clock import product_now
from production.settings import Production

if TYPE_CHECKING:
    from production.assembly.state import State


def take_values(config: Production, state: State, *, now: int, until: int | None = None) -> int:
    """Take the values that became known before a moment, and return how many were new.

    The first time it begins where the oldest event that is answered from memory needs it.

    Args:
        config: The configuration.
        state: The state of the product.
        now: The product's time, microseconds.
        until: The moment; now unless given.

    Raises:
        DataError: The values cannot be had.
    """
    features = config.product.features
    if features is None:
        return 0
    with closing(Database(state.database)) as database:
        intake = feature_intake(
            config.product,
            database,
            first=now - duration(features.kept),
            overlap=duration(features.overlap),
        )
        return intake.step(now if until is None else until) if intake else 0


def main() -> int:
    """Take values by the configuration that is read; return the exit code."""
    config = msgspec.json.decode(sys.stdin.buffer.read(), type=Production)
    try:
        take_values(config, live_state(config), now=product_now(config))
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
