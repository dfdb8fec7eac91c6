"""What learning gives, as plain values, and the files that hold it.

``result.json`` is what the task `specify` reads; a pipeline tracks it with ``metrics.json`` and
``plots/*.csv``. All have the same bytes for the same result, so no durations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config.product import Plan
from contracts.contract.card import SegmentScore
from contracts.errors import DataError
from contracts.host.durable import write_file
from contracts.host.owned import claim
from contracts.moment import iso
from contracts.report.write import to_csv, to_json
from contracts.score.calibration import Bin
from contracts.tune import Trial
from research.learn.evaluation import Day, Score

if TYPE_CHECKING:
    from pathlib import Path

RESULT, METRICS, PLOTS = "result.json", "metrics.json", "plots"


class LearningResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a search chose and what the choice scores.

    Attributes:
        plan: The windows and the search.
        day_offset: When the product's day begins, after midnight UTC.
        params: The parameters that were chosen.
        trained: How many rows the choice was fitted on.
        tested: How many rows it was scored on.
        unlisted: How many rows of the training and of the test window have a label that the
            specification does not list: none was fitted, all were scored.
        scores: By metric, on the test window.
        shuffled: By metric, what a random split would have claimed.
        trials: What was tried, the best first.
        calibration: Predicted against observed, on the test window.
        daily: One metric by day of the test window.
        daily_metric: Which.
        segments: The same metric by parts of the test window.
        small: How many parts have too few rows to be scored.
    """

    plan: Plan
    day_offset: str
    params: dict[str, Any]
    trained: int
    tested: int
    unlisted: tuple[int, int] = (0, 0)
    scores: dict[str, Score]
    shuffled: dict[str, float]
    trials: tuple[Trial, ...]
    calibration: tuple[Bin, ...]
    daily: tuple[Day, ...]
    daily_metric: str
    segments: tuple[SegmentScore, ...] = ()
    small: int = 0

    @property
    def tried(self) -> list[Trial]:
        """The trials in the order in which they were made."""
        return sorted(self.trials, key=lambda trial: trial.number)


def read(folder: Path) -> LearningResult:
    """Return the result that a folder's ``result.json`` holds.

    Raises:
        DataError: There is none, or it is not a result of learning.
    """
    path = folder / RESULT
    hint = "python -m research task=learn writes it"
    try:
        return msgspec.json.decode(path.read_bytes(), type=LearningResult)
    except FileNotFoundError:
        raise DataError(f"there is no result of learning at {path}", hint=hint) from None
    except msgspec.MsgspecError as error:
        raise DataError(f"{path} is no result of learning: {error}", hint=hint) from error


def write_tracked(result: LearningResult, folder: Path) -> None:
    """Write ``result.json``, ``metrics.json`` and ``plots/*.csv`` into a folder."""
    plots = folder / PLOTS
    claim(folder)
    claim(plots)
    write_file(folder / RESULT, to_json(result))
    write_file(folder / METRICS, to_json(metrics(result)))
    bins = [msgspec.to_builtins(each) for each in result.calibration]
    metric = result.daily_metric
    days = [
        {"day": iso(each.start), "metric": metric, **msgspec.to_builtins(each)}
        for each in result.daily
    ]
    trials = [{"trial": each.number, "value": each.value, **each.params} for each in result.tried]
    for name, rows in (("calibration", bins), ("daily", days), ("trials", trials)):
        write_file(plots / f"{name}.csv", to_csv(rows))


def metrics(result: LearningResult) -> dict[str, Any]:
    """Return the figures that two learnings are compared by; ``result.json`` has the intervals."""
    return {
        "solution": {name: score.solution.value for name, score in result.scores.items()},
        "baseline": {name: score.baseline.value for name, score in result.scores.items()},
        "gain": {name: score.gain.value for name, score in result.scores.items()},
        "random_split": result.shuffled,
        "rows": {
            "trained": result.trained,
            "tested": result.tested,
            "unlisted": sum(result.unlisted),
        },
    }
