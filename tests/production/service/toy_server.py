"""Serves the small product in a process of its own, as `task=serve` serves a configured one.

    python toy_server.py CONTRACT STATE MODULES OVERRIDE …

At its end the process writes the names of all modules it loaded to the file MODULES.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import closing
from pathlib import Path

import msgspec
from msgspec.structs import replace

from contracts.config.compose import compose
from contracts.config.product import Liaison, Side
from contracts.config.settings import settings
from contracts.errors import LiaisonError, exit_code
from production.service.folder import MARKER, Marker
from production.service.place import Place, bind
from production.service.supervisor import supervise
from production.settings import Production

TOY = Path(__file__).parents[1] / "toy"


def main(contract: str, state: str, modules: str, *overrides: str) -> int:
    """Serve until SIGTERM, and return the exit code."""
    sys.path.insert(0, str(TOY))
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    config = toy_config(Path(contract), Path(state), overrides)
    try:
        serve(config)
    except LiaisonError as error:
        sys.stderr.write(f"{error}\n")
        return exit_code(error)
    Path(modules).write_text(json.dumps(sorted(sys.modules)))
    return 0


def toy_config(contract: Path, state: Path, overrides: tuple[str, ...]) -> Production:
    """Return the configuration of the small product, in service in a folder."""
    (state / MARKER).write_bytes(msgspec.json.encode(Marker(product="toy")))
    side = Side(learner={"_target_": "production_toy.Learner"}, model="production_toy.Rates")
    config = settings(compose("production", overrides), Production)
    return replace(
        config,
        liaison=Liaison(name="joint", side=side),
        product=replace(config.product, name="toy", contract=contract.name),
        paths=replace(config.paths, live=str(state), published=str(contract.parents[1])),
    )


def serve(config: Production) -> None:
    """Serve as `task=serve` does."""
    if config.serving.workers > 1:
        supervise(config)
        return
    with closing(bind(config)) as bound:
        from production.service.live import serve_product  # noqa: PLC0415 - as there

        serve_product(config, Place(socket=bound))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
