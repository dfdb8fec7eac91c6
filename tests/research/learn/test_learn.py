import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from contracts.baseline import YesterdaysRate
from contracts.errors import ConfigError, DataError
from contracts.metric.registry import METRICS
from contracts.moment import DAY, HOUR
from contracts.ports import Source
from contracts.report.page import Head
from research.learn.calibration import calibration
from research.learn.plan import Plan
from research.learn.result import read
from research.learn.search import Search
from research.learn.task import learn
from research.target import Target

START = 1_357_016_400_000_000
CUT, END = START + 28 * DAY, START + 42 * DAY
PLAN = Plan(
    start=START,
    end=CUT,
    test_start=CUT,
    test_end=END,
    folds=2,
    horizon=7 * DAY,
    trials=4,
    seed=0,
    params={"shrink": 500.0},
    space={"shrink": {"low": 1.0, "high": 1000.0, "log": True}},
    repeats=50,
)
SCORED = [METRICS[name] for name in ("log_loss", "roc_auc", "brier")]


@pytest.fixture
def study(
    source: Source, target: Target, learner: Any, head: Callable[[str], Head]
) -> Callable[..., dict[str, Any]]:
    """Learns the small product into a folder."""

    def run(output: Path, **changes: Any) -> dict[str, Any]:
        given: dict[str, Any] = {
            "source": source,
            "target": target,
            "learner": learner,
            "baseline": YesterdaysRate(kind="binary", offset="5h"),
            "metrics": SCORED,
            "plan": PLAN,
            "output": output,
            "head": head("learn"),
            "day_offset": "5h",
        }
        return learn(**given | changes)

    return run


def test_result_is_written_and_reads_back(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """What is returned is what the folder gives back, beside a page with pictures."""
    told: list[str] = []
    data = study(tmp_path, progress=told.append)
    assert {**msgspec.to_builtins(read(tmp_path)), "seconds": data["seconds"]} == data
    assert (tmp_path / "report.html").read_text("utf-8").count("<svg") == 3
    assert told[3].startswith("trial 4 of 4: log_loss 0.")


def test_intervals_hold_their_values_and_the_solution_beats_the_baseline(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """Every metric has its interval; colour tells more than yesterday's rate."""
    study(tmp_path)
    found = read(tmp_path)
    assert [*found.scores] == ["log_loss", "roc_auc", "brier"]
    for score in found.scores.values():
        assert score.solution.low <= score.solution.value <= score.solution.high
    assert found.scores["log_loss"].gain.value > 0
    assert {*found.shuffled} == {*found.scores}


def test_dvc_files_hold_figures_and_no_durations(
    study: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """What later stages and comparisons read is the same when learned again."""
    for name in ("one", "two"):
        study(tmp_path / name)
    plots = [f"plots/{n}.csv" for n in ("calibration", "daily", "trials")]
    for name in ("result.json", "metrics.json", *plots):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with (tmp_path / "one/plots/trials.csv").open(encoding="utf-8") as file:
        assert [row["trial"] for row in csv.DictReader(file)] == ["0", "1", "2", "3"]


def test_search_never_sees_what_arrived_after_the_training_window(
    target: Target, learner: Any, source: Source
) -> None:
    """Every window the search asks for ends by the plan's end, and is known by then at most."""
    asked: list[tuple[int, int]] = []

    class Spy:
        def window(self, start: int, end: int, *, known_by: int) -> Any:
            asked.append((end, known_by))
            return source.window(start, end, known_by=known_by)

    Search(
        source=Spy(),
        target=target,
        learner=learner,
        metric=SCORED[0],
        plan=PLAN,
        progress=lambda _: None,
    ).run()
    assert max(known for _, known in asked) == max(end for end, _ in asked) == CUT
    assert len(learner.seen) == 2 * PLAN.trials


def test_final_fit_knows_only_what_had_arrived(
    study: Callable[..., dict[str, Any]], learner: Any, source: Source, tmp_path: Path
) -> None:
    """The last honest fit has the outcomes known at the training window's end, no more."""
    study(tmp_path)
    known = source.window(START, CUT, known_by=CUT)["outcome"]
    final = learner.seen[-2]
    assert final.num_rows == len(known) - known.null_count
    assert final.column_names == ["colour", "size", "heat", "outcome"]


def test_windows_that_overlap_are_refused() -> None:
    """A test window that begins before training ends is no test."""
    with pytest.raises(ConfigError, match="test start"):
        msgspec.structs.replace(PLAN, test_start=CUT - HOUR)


def test_absent_or_foreign_result_is_refused(tmp_path: Path) -> None:
    """Specifying without learning says what to run first."""
    with pytest.raises(DataError, match="task=learn"):
        read(tmp_path)
    (tmp_path / "result.json").write_text('{"plan": 1}')
    with pytest.raises(DataError, match="no result of learning"):
        read(tmp_path)


def test_calibration_bins_hold_every_row_once(target: Target) -> None:
    """Tenths by prediction; where chances are true, observed is near predicted."""
    rng = np.random.default_rng(0)
    p = rng.random(5000)
    bins = calibration(target, (rng.random(5000) < p).astype(float), p[:, None])
    assert sum(each.events for each in bins) == 5000
    assert all(abs(each.predicted - each.observed) < 0.06 for each in bins)
