"""Serves the small product in a process of its own, as `task=serve` serves a configured one.

    python toy_server.py CONTRACT STATE MODULES OVERRIDE …

At its end the process writes the names of all modules it loaded to the file MODULES.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from msgspec.structs import replace

from contracts.config.compose import compose
from contracts.config.product import Side
from contracts.config.settings import settings
from contracts.contract import load
from contracts.host.clock import WallClock
from production.assembly.serving import open_serving
from production.assembly.state import State
from production.database.url import in_folder
from production.service.application import open_application
from production.service.process import hide_pandas, run_server
from production.settings import Liaison, Production

TOY = Path(__file__).parents[1] / "toy"


def main(contract: str, state: str, modules: str, *overrides: str) -> None:
    """Serve until SIGTERM."""
    sys.path.insert(0, str(TOY))
    hide_pandas()
    side = Side(learner={"_target_": "production_toy.Learner"}, model="production_toy.Rates")
    config = settings(compose("production", overrides), Production)
    config = replace(config, liaison=Liaison(name="joint", side=side))
    folder = Path(state)
    kept = State(
        database=in_folder(config.database.url, folder),
        artifacts=folder / "artifacts",
        signatures=folder / "signatures",
        dump=folder / "dump.parquet",
    )
    with (
        open_serving(config, load(Path(contract)), state=kept) as serving,
        open_application(config, serving, clock=WallClock()) as application,
    ):
        run_server(config, application)
    Path(modules).write_text(json.dumps(sorted(sys.modules)))


if __name__ == "__main__":
    main(*sys.argv[1:])
