from __future__ import annotations

from typing import TYPE_CHECKING

from production.assembly.serving import open_serving
from production.backtest.state import run_state
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.production.conftest import Operation


def test_serves_what_an_operation_deployed(operation: Callable[..., Operation]) -> None:
    """The serving parts predict by the manifest in the state as the whole lifecycle does."""
    lifecycle = operation(until=14)
    assembly, _ = lifecycle.run()
    state = run_state(lifecycle.config, lifecycle.state)
    rows = lifecycle.history.events
    with open_serving(lifecycle.config, lifecycle.product.contract, state=state) as serving:
        newest = serving.manifests.current("toy")
        assert newest is not None
        serving.engine.deploy(read(newest.document), revision=newest.revision)
        served = serving.engine.serve(rows).predictions
    assert served.tolist() == assembly.engine.serve(rows).predictions.tolist()
