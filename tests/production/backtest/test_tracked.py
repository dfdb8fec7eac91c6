"""A run as a tracking server shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from production.backtest.tracked import tracked_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.tracking.port import TrackedRun
    from production.backtest.result import RunResult

pytestmark = pytest.mark.usefixtures("toy")


@pytest.fixture(scope="module")
def made(
    operations: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory, toy: Any
) -> tuple[RunResult, Callable[[RunResult], TrackedRun]]:
    """A run of the small product, and what makes it a tracked one."""
    assert toy
    folder: Path = tmp_path_factory.mktemp("tracked")
    case = operations(folder, until=40)

    def track(result: RunResult) -> TrackedRun:
        return tracked_run(result, case.config, case.history, digest="d1", command="python")

    return case.score(repeats=20), track


def values(run: TrackedRun) -> dict[str, float]:
    """Return the metrics of a run that have one value."""
    return {each.name: each.value for each in run.metrics if each.step == 0}


def test_the_run_has_its_scores_its_choices_and_its_contract(
    made: tuple[RunResult, Callable[[RunResult], TrackedRun]],
) -> None:
    """Scores of all sides, windows by step at the product's time, what was chosen, and the id."""
    result, track = made
    run = track(result)
    assert run.id == "run-d1"
    assert run.status == "FINISHED"
    for side, scores in result.overall.items():
        for name, each in scores.items():
            assert values(run)[f"{side}.{name}"] == each.value
    windows = [each for each in run.metrics if each.name == "window.outcomes"]
    assert [each.step for each in windows] == list(range(len(result.run.windows)))
    assert [each.time for each in windows] == [each.end for each in result.run.windows]
    assert run.params["lifecycle"] == run.params["liaison"].replace("joint", "adaptive")
    assert run.params["trigger.every"] == "6d"
    assert not any("_target_" in key or "learner" in key for key in run.params)
    assert run.tags["liaison.contract"] == "1.0.0"
    assert run.tags["liaison.verdict"] == result.verdict.code


def test_each_training_is_a_child(
    made: tuple[RunResult, Callable[[RunResult], TrackedRun]],
) -> None:
    """With its verdict, seconds and scores; its duration is the training's."""
    result, track = made
    children = track(result).children
    assert len({each.id for each in children}) == len(children) == len(result.run.trainings)
    for child, training in zip(children, result.run.trainings, strict=True):
        assert child.tags["liaison.verdict"] == training.verdict
        assert values(child)["training_seconds"] == training.seconds
        assert child.end - child.start == int(training.seconds * 1_000_000)
        assert ("liaison.generation" in child.tags) == (training.generation is not None)
    assert children[0].name == children[0].tags["liaison.generation"]


@pytest.mark.parametrize(("verdict", "status"), [("refused", "FINISHED"), ("failed", "FAILED")])
def test_a_training_without_a_generation_is_named_by_its_verdict_and_day(
    made: tuple[RunResult, Callable[[RunResult], TrackedRun]], verdict: Any, status: str
) -> None:
    """One that failed is shown as such."""
    result, track = made
    lost = replace(result.run.trainings[-1], verdict=verdict, generation=None)
    child = track(replace(result, run=replace(result.run, trainings=(lost,)))).children[0]
    assert child.name.startswith(f"{verdict} 1970-")
    assert child.status == status
    assert "liaison.generation" not in child.tags
