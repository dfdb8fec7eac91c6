"""Refreshes that go on from a model, in real processes: held to their backtest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from benchmarks.live_equals_backtest import differences, records
from contracts.config.product import Liaison, Side
from production.assembly.code import code_digest
from production.backtest.history import read_history
from production.backtest.lifecycle_run import run_lifecycle
from production.operating.replay import operate_replay
from production.settings import ReplayTraffic, declared_lifecycle
from tests.production.operating.small import small_config

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import pyarrow as pa

    from contracts.contract import Contract

WORDS = (
    "task=operate",
    "traffic=replay",
    "traffic.then=end",
    "trigger.every=12h",
    "gate.margin=null",
    "serving.port=0",
)


@pytest.mark.e2e
@pytest.mark.long
def test_a_model_that_is_resumed_live_is_that_of_its_backtest(
    toy: ModuleType,
    contract: Contract,
    history: pa.Table,
    request_for: Callable[..., Any],
    tmp_path: Path,
) -> None:
    """By the digests of artifacts and bases, and by what each generation has learned."""
    assert toy
    words = (*WORDS, "strategy=incremental")
    config = small_config(tmp_path, contract, history, *words)
    side = Side(learner={"_target_": "production_toy.TallyLearner"}, model="production_toy.Tally")
    liaison = Liaison(name=config.liaison.name, side=side)
    config = replace(config, liaison=liaison, product=replace(config.product, solution=side))
    assert isinstance(config.traffic, ReplayTraffic)
    operate_replay(request_for(*words), config, config.traffic)
    live = Path(config.paths.output) / "state" / "live"
    (tmp_path / "backtest").mkdir()
    run_lifecycle(
        config,
        declared_lifecycle(config),
        read_history(config),
        tmp_path / "backtest",
        code=code_digest(),
        on_step=lambda _: None,
    )
    expected, found = records(tmp_path / "backtest", "toy"), records(live, "toy")
    assert differences(expected, found) == {name: [] for name in expected}
    lines = [each["lineage"]["strategy"] for each in found["generations"]]
    assert lines == ["full", *["incremental"] * 3]
