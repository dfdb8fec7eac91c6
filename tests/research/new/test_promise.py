"""What a draft promises, and what is doubtful of it."""

from __future__ import annotations

import pytest

from contracts.config import compose, settings
from contracts.score.bootstrap import Interval
from research.learn.evaluation import Score
from research.learn.result import LearningResult
from research.new.promise import DraftPromise, measured, unmeasured
from research.settings import Research


def promised(judges: int, *, low: float = 0.295) -> DraftPromise:
    """Return the promise of a solution that gained at least so much, with so small a holdout."""
    product = settings(compose("research", ["product=diabetes"]), Research).product
    score = Score(
        solution=Interval(value=0.48, low=0.45, high=0.51),
        baseline=Interval(value=0.7, low=0.65, high=0.75),
        gain=Interval(value=0.3, low=low, high=0.6 - low),
    )
    learned = LearningResult(
        plan=product.learning,
        day_offset="0",
        params={},
        trained=10,
        tested=16_000,
        scores={"rmse": score},
        shuffled={},
        trials=(),
        calibration=(),
        daily=(),
        daily_metric="rmse",
    )
    return measured(learned, {"rmse": 0.01}, scale=1.0, judges=judges, days=9)


def test_a_gate_of_few_outcomes_is_doubtful() -> None:
    """It lets pass what is worse than the naive baseline, and is said to, and by how much."""
    assert promised(16_000).metrics[0]["skill"] == pytest.approx(0.25)
    assert promised(16_000).doubts == ()
    (doubt,) = promised(10).doubts
    assert "by about 10 outcomes" in doubt
    assert "worse than the naive baseline by 0.23 rmse." in doubt


def test_a_gain_that_may_be_chance_is_doubtful() -> None:
    """A stricter gate would mend nothing there, so what to do is another."""
    (doubt,) = promised(16_000, low=-0.1).doubts
    assert "gained 0.3 rmse over the naive baseline [-0.1, 0.7], no more than chance gives" in doubt
    assert "gate" not in doubt


def test_nothing_is_promised_unmeasured() -> None:
    """So nothing of it is doubtful."""
    assert unmeasured(["log_loss"]).doubts == ()


def test_what_a_row_may_differ_by_all_may_on_average() -> None:
    """Where no seed changes the reference there is no noise to compare with."""
    tolerances = {each["name"]: each["tolerance"] for each in promised(16_000).clauses}
    assert tolerances["noise_floor"]["absolute"] == tolerances["pointwise"]["absolute"] > 0
