from __future__ import annotations

import numpy as np
import pytest

from contracts.score.metric.registry import metric
from production.agents.rules.refit import CloseRefit
from production.agents.track_record import TrackRecord

TRUTH = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("challenger", "refit", "steps", "verdict"),
    [
        (0.5, 0.2, (0.1, 0.1, 0.1), "passed"),
        (0.5, 0.5, (0.1, 0.1, 0.1), "passed"),
        (0.5, 0.51, (0.1, 0.1, 0.1), "failed"),
        (0.5, 0.1, (0.1, 0.1, 0.1), "failed"),
        (0.5, 0.1, (0.1, 0.1), "passed"),
    ],
    ids=["better", "equal", "worse", "far", "far for all anyone knows"],
)
def test_a_refit_is_no_worse_than_what_was_judged_and_close_to_it(
    challenger: float, refit: float, steps: tuple[float, ...], verdict: str
) -> None:
    """Better on rows that it was fitted to shows little: how far it moved shows the rest."""
    sides = {"challenger": TRUTH[:, None] + challenger, "refit": TRUTH[:, None] + refit}
    finding = CloseRefit(metric("mae"), times=3).find(
        truth=TRUTH, record=TrackRecord(steps=steps), **sides
    )
    assert finding.verdict == verdict
    assert finding.why.endswith("the challenger serves") == (verdict == "failed")


def test_the_refit_of_a_resumed_model_may_move_the_level_of_all_predictions() -> None:
    """The days of the holdout may be hard ones; the order of predictions is what stays close."""
    record = TrackRecord(paces=(0.1,) * 3)
    rule = CloseRefit(metric("mae"), times=3)
    challenger = TRUTH[:, None] + 9
    sides = {"truth": TRUTH, "challenger": challenger, "record": record, "news": 1}
    level = rule.find(refit=TRUTH[:, None], **sides)
    turned = rule.find(refit=TRUTH[::-1, None].copy(), **sides)
    assert (level.verdict, turned.verdict) == ("passed", "failed")
