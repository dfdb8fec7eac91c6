"""What a gate cost and saved in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.score.metric.registry import metric
from production.backtest.gate_worth import gate_worth
from production.backtest.score import HeldBack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from production.backtest.lifecycle_run import LifecycleRun
    from production.backtest.result import RunResult

LOSS = metric("log_loss")


@pytest.fixture
def run(results: dict[str, RunResult]) -> LifecycleRun:
    """A run of the small product, as if its gate had held nothing back."""
    return replace(results["adaptive"].run, held_back=())


def held_back(run: LifecycleRun, *, first: int, last: int, right: float) -> HeldBack:
    """Return a model that gives each outcome of some events a probability."""
    truth = run.predictions.truth[first:last]
    times = run.predictions.times
    predictions = np.where(truth == 1, right, 1 - right)[:, None]
    return HeldBack(start=int(times[first]), end=int(times[last]), predictions=predictions)


def test_what_was_held_back_counts_until_the_next_training(run: LifecycleRun) -> None:
    """A better model is a cost, a worse one saved; each by its share of the whole period."""
    good, bad = (
        held_back(run, first=100, last=200, right=0.99),
        held_back(run, first=300, last=350, right=0.01),
    )
    worth = gate_worth(replace(run, held_back=(good, bad)), LOSS)
    assert worth is not None
    losses = LOSS.losses(run.predictions.truth, run.predictions.served)
    assert losses is not None
    assert worth.cost == pytest.approx((losses[100:200] + np.log(0.99)).sum() / len(losses))
    assert worth.saved == pytest.approx((-np.log(0.01) - losses[300:350]).sum() / len(losses))


def test_a_rank_has_a_cost_too(run: LifecycleRun) -> None:
    """Of any metric: the whole period is scored with the model in its place."""
    good = held_back(run, first=100, last=200, right=0.99)
    worth = gate_worth(replace(run, held_back=(good,)), metric("roc_auc"))
    assert worth is not None
    assert worth.cost > worth.saved == 0


def test_a_gate_that_held_nothing_back_cost_nothing(run: LifecycleRun) -> None:
    """It judged all trainings that have findings."""
    worth = gate_worth(run, LOSS)
    assert worth is not None
    assert (worth.cost, worth.saved) == (0, 0)
    assert worth.judged == len(run.trainings)


def test_without_a_gate_nothing_is_said(results: dict[str, RunResult]) -> None:
    """A lifecycle that releases what a person trains has none."""
    assert gate_worth(results["interactive"].run, LOSS) is None


@pytest.mark.usefixtures("toy")
def test_what_a_run_held_back_is_predicted_again(
    operations: Callable[..., Any], tmp_path: Path
) -> None:
    """The models that were refused, for the events between their training and the next."""
    case = operations(tmp_path, "lifecycle=adaptive", "gate.history=0", "gate.step=0", until=40)
    run: LifecycleRun = case.score().run
    refused = [each for each in run.trainings if each.verdict != "promoted"]
    assert len(refused) > 0
    assert [each.start for each in run.held_back] == [each.requested_at for each in refused]
    times = run.predictions.times
    for each in run.held_back:
        inside = (times >= each.start) & (times < each.end)
        assert each.predictions.shape == (inside.sum(), 1)
        assert not np.array_equal(each.predictions, run.predictions.served[inside])
