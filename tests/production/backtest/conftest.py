"""The small product under several lifecycles, each run once for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from production.backtest.comparison import compare_runs
from production.backtest.score import Resampling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from production.backtest.comparison import LifecycleComparison
    from production.backtest.result import RunResult

UNTIL = 34
RESAMPLING = Resampling(repeats=20, seed=0)
#: What each is run with; `later` is `open` trained at other moments.
WORDS = {
    "interactive": ("lifecycle=interactive",),
    "open": ("lifecycle=open",),
    "adaptive": ("lifecycle=adaptive",),
    "dual": ("lifecycle=dual",),
    "later": ("lifecycle=open", "model_updating.release_every=10d"),
}


@pytest.fixture(scope="session")
def scored(toy: ModuleType, operations: Callable[..., Any]) -> Callable[[Path, str], RunResult]:
    """Runs a lifecycle from January 1970 into February, in a folder, and scores it."""
    assert toy

    def run(folder: Path, name: str) -> RunResult:
        case = operations(folder, *WORDS[name], until=UNTIL, state=name)
        result: RunResult = case.score()
        return result

    return run


@pytest.fixture(scope="session")
def results(
    scored: Callable[[Path, str], RunResult], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, RunResult]:
    """Each lifecycle's run."""
    folder = tmp_path_factory.mktemp("compared")
    return {name: scored(folder, name) for name in WORDS}


@pytest.fixture(scope="session")
def compared(results: dict[str, RunResult]) -> LifecycleComparison:
    """The runs side by side, compared with `open`."""
    return compare_runs(results, against="open", offset=0, resampling=RESAMPLING)
