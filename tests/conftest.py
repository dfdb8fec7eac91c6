"""What every test may ask for."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# `benchmarks` lies beside the packages and is installed nowhere.
sys.path.insert(0, str(Path(__file__).parents[1]))

# As the entry points do, before the first OpenMP library loads.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

if find_spec("hypothesis"):  # production's own environment has none
    from hypothesis import HealthCheck, settings
    from hypothesis.internal.conjecture import providers

    # The same examples at each run and on each Python; how long one takes is no claim.
    # Constants of the modules that are loaded are left out of them: which ones those are
    # depends on the tests that ran before.
    if hasattr(providers, "_get_local_constants"):
        providers._get_local_constants = lambda: providers._local_constants
    slow = [HealthCheck.too_slow]
    settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=slow)
    settings.load_profile("same")


#: What says of a terminal how wide it is and whether it has colours, or that there is one.
TERMINAL = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests first that take long by themselves: at the end one core would wait for them."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


@pytest.fixture(scope="session", autouse=True)
def _no_terminal() -> Iterator[None]:
    """Let the terminal that shows the tests say nothing of what they print: they say so."""
    with pytest.MonkeyPatch.context() as patch:
        for name in TERMINAL:
            patch.delenv(name, raising=False)
        # As in an environment that is activated: commands that are told begin with `python`.
        patch.setenv(
            "PATH", os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        )
        yield


@pytest.fixture(scope="session")
def flights_data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reference product's events, ingested once for all workers."""
    room = tmp_path_factory.getbasetemp()
    shared = (room.parent if hasattr(request.config, "workerinput") else room) / "flights"
    if not shared.is_dir():
        from contracts.products.flights.ingest import ingest  # noqa: PLC0415 - only who asks pays

        own = tmp_path_factory.mktemp("ingested")
        ingest(own)
        with suppress(OSError):  # another worker was faster
            own.rename(shared)
    return shared
