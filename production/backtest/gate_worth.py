"""What a gate cost and saved: what it kept from serving, against what served instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.score.metric.port import improvement

if TYPE_CHECKING:
    from contracts.score.metric.port import Metric
    from production.backtest.lifecycle_run import LifecycleRun


class GateWorth(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate was worth over a whole run, in the metric's unit.

    Each model that it held back is put in the place of what served until the next training.

    Attributes:
        judged: How many trainings it judged.
        held_back: How many of them did not come to serve.
        cost: What holding back cost, summed over the models that would have been better.
        saved: What it saved, summed over those that would have been worse.
    """

    judged: int
    held_back: int
    cost: float
    saved: float


def gate_worth(run: LifecycleRun, metric: Metric) -> GateWorth | None:
    """Return what the gate of a run was worth; none if it judged nothing.

    Args:
        run: The run.
        metric: What to score by.
    """
    judged = [each for each in run.trainings if each.detail.get("findings")]
    if not judged:
        return None
    predictions, gains = run.predictions, []
    value = metric.value(predictions.truth, predictions.served)
    for each in run.held_back:
        inside = (predictions.times >= each.start) & (predictions.times < each.end)
        instead = predictions.served.copy()
        instead[inside] = each.predictions
        gains.append(improvement(metric, value, metric.value(predictions.truth, instead)))
    return GateWorth(
        judged=len(judged),
        held_back=sum(each.verdict != "promoted" for each in judged),
        cost=-sum(gain for gain in gains if gain < 0),
        saved=sum(gain for gain in gains if gain > 0),
    )
