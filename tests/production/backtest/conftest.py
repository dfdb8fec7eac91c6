"""The small product under several lifecycles, each run once for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from production.backtest.comparison import comparison
from production.backtest.lifecycle_run import run_lifecycle
from production.backtest.result import result
from production.backtest.score import Resampling
from production.declared import lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from production.backtest.comparison import Comparison
    from production.backtest.result import Result

UNTIL = 34
BY = Resampling(repeats=20, seed=0)
#: What each is run with; `later` is `open` trained at other moments.
WORDS = {
    "interactive": ("lifecycle=interactive",),
    "open": ("lifecycle=open",),
    "adaptive": ("lifecycle=adaptive",),
    "dual": ("lifecycle=dual",),
    "later": ("lifecycle=open", "model_updating.release_every=10d"),
}


@pytest.fixture(scope="session")
def scored(toy: ModuleType, operations: Callable[..., Any]) -> Callable[[Path, str], Result]:
    """Runs a lifecycle from January 1970 into February, in a folder, and scores it."""
    assert toy

    def run(folder: Path, name: str) -> Result:
        asked = operations(folder, *WORDS[name], until=UNTIL, state=name)
        run = run_lifecycle(
            asked.config,
            lifecycle(asked.config),
            asked.history,
            asked.state,
            code="c0de",
            tell=lambda _: None,
        )
        return result(run, asked.history, by=BY, warnings=(), proof=None)

    return run


@pytest.fixture(scope="session")
def results(
    scored: Callable[[Path, str], Result], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Result]:
    """Each lifecycle's run."""
    folder = tmp_path_factory.mktemp("compared")
    return {name: scored(folder, name) for name in WORDS}


@pytest.fixture(scope="session")
def compared(results: dict[str, Result]) -> Comparison:
    """The runs beside each other, held against `open`."""
    return comparison(results, against="open", offset=0, by=BY)
