"""A learning as a tracking server shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.config import compose, settings
from contracts.score.bootstrap import Interval
from contracts.tune import Trial
from research.learn.evaluation import Day, Score
from research.learn.result import LearningResult
from research.learn.tracked import tracked_learning
from research.settings import Research

if TYPE_CHECKING:
    from contracts.tracking.port import TrackedRun


def tracked(value: float = 0.5, **changes: Any) -> TrackedRun:
    """Return a learning of two trials, tracked."""
    product = settings(compose("research", ["product=diabetes"]), Research).product
    interval = Interval(value=value, low=value, high=value)
    score = Score(solution=interval, baseline=interval, gain=interval)
    result = LearningResult(
        plan=product.learning,
        day_offset="0",
        params={"penalty": 2.0},
        trained=10,
        tested=5,
        scores={"rmse": score},
        shuffled={"rmse": 0.4},
        trials=tuple(Trial(number=n, params={"penalty": n}, value=n / 4) for n in (1, 0)),
        calibration=(),
        daily=(Day(start=7, events=2, solution=0.1, baseline=0.2),),
        daily_metric="rmse",
    )
    options = {"solution": "s", "commit": "c", "seconds": 3.0, "command": "python"} | changes
    return tracked_learning(result, product, **options)


def test_it_has_scores_trials_and_where_it_came_from() -> None:
    """Trials by number, days by time, the parameters that were chosen, commit and contract."""
    run = tracked()
    points = {(each.name, each.step): each for each in run.metrics}
    assert points["solution.rmse", 0].value == 0.5
    assert [points["trial.rmse", n].value for n in (0, 1)] == [0, 0.25]
    assert (points["day.baseline.rmse", 0].value, points["day.baseline.rmse", 0].time) == (0.2, 7)
    assert run.params["penalty"] == 2.0
    assert run.tags["mlflow.source.git.commit"] == "c"
    assert run.tags["liaison.contract"] == "1.0.0 (draft)"
    assert run.end - run.start == 3_000_000


def test_an_equal_result_of_an_equal_solution_is_one_run() -> None:
    """Whenever and however long; another result or another solution is another."""
    assert tracked().id == tracked(seconds=9.0, commit="").id
    assert len({tracked().id, tracked(0.6).id, tracked(solution="t").id}) == 3
    assert "mlflow.source.git.commit" not in tracked(commit="").tags
