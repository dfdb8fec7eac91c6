"""Alarms of real server processes that share one state."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.host.clock import WallClock
from production.assembly.serving import open_serving
from production.backtest.state import run_state
from production.registry.decisions import Decisions
from production.service.open_control import control_of
from production.serving.manifest import read
from tests.production.service.conftest import CHANGE, RECORD
from tests.production.service.running import DEADLINE, ROOT, SCRIPT, Server
from tests.production.service.test_probation import INPUTS, register, turned, without_blue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from production.assembly.serving import Serving
    from tests.production.conftest import Operation

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


@pytest.fixture
def shared(deployed: tuple[Operation, Path], tmp_path: Path) -> Iterator[Serving]:
    """The state that the servers share, open for this process too."""
    operation, state = deployed
    shutil.copytree(state, tmp_path / "state")
    kept = run_state(operation.config, tmp_path / "state")
    with open_serving(operation.config, operation.product.contract, state=kept) as serving:
        yield serving


@pytest.fixture
def servers(shared: Serving, contract: Contract, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers of one state."""
    assert shared.contract == contract
    with ExitStack() as stack:

        def start(name: str) -> Server:
            words = [str(contract.folder), str(tmp_path / "state"), str(tmp_path / name)]
            # A file, because failing requests are logged, and nobody reads a pipe meanwhile.
            log = stack.enter_context((tmp_path / f"{name}.log").open("w"))
            process = subprocess.Popen(
                [sys.executable, str(SCRIPT), *words, "serving.port=0", "serving.poll=100ms"],
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PATH": ""},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return Server(process, tmp_path)

        yield start("one.json"), start("two.json")


@pytest.mark.parametrize(
    ("change", "decided"),
    [
        (without_blue, [("alarm errors", "rollback"), ("alarm errors", "quarantine")]),
        (turned, [("alarm drift", "rollback")]),
    ],
    ids=["errors", "drift"],
)
def test_one_of_two_processes_rolls_back_and_both_follow(  # noqa: PLR0917 - fixtures
    servers: tuple[Server, Server],
    shared: Serving,
    toy: Any,
    history: pa.Table,
    tmp_path: Path,
    change: Callable[[Any], Any],
    decided: list[tuple[str, str]],
) -> None:
    """Compare-and-swap lets one act, and each answers with the generation before."""
    rows = [at for at, colour in enumerate(history["colour"].to_pylist()) if colour != "blue"]
    golden = history.select(list(INPUTS)).take(rows[:20])
    champion = read(shared.manifests.require("toy").document).champion
    rates: Any = shared.loader.load(champion)
    name = register(shared, tmp_path / "new", toy.Rates(change(rates._model.rates)), golden)
    control_of(shared).promote(name, replace(CHANGE, at=WallClock().now()))
    for server in servers:
        ask_until(server, served=(1, 3))
    made = [(each.who, each.action) for each in Decisions(shared.database).all("toy")]
    assert made == [("ada", "promote"), *decided]
    for server in servers:
        server.end()
    logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert f"{decided[0][0]}: champion {name}" in logs


def ask_until(server: Server, *, served: tuple[int, int]) -> None:
    """Ask for predictions until a generation answers by a manifest."""
    end = time.monotonic() + DEADLINE
    while True:
        for colour in ("blue", "red", "green"):
            record = {**RECORD, "colour": colour}
            _, answer = server.ask("POST", "/predict", {"record": record})
        if (answer["generation"], answer["manifest"]) == served:
            return
        assert time.monotonic() < end
