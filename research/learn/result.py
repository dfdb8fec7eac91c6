"""Everything learning finds, as plain values: what `result.json` holds, and specify reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import DataError
from research.learn.calibration import Bin
from research.learn.daily import Day
from research.learn.evaluation import Score
from research.learn.plan import Plan
from research.tune import Trial

if TYPE_CHECKING:
    from pathlib import Path


RESULT = "result.json"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a search chose and what the choice is worth.

    Args:
        plan: The windows and the search.
        day_offset: When the product's day begins, after midnight UTC.
        params: What was chosen.
        trained: Rows the choice was fitted on.
        tested: Rows it was scored on.
        scores: By metric, on the test window.
        shuffled: By metric, what a random split would have claimed.
        trials: What was tried, the best first.
        calibration: Predicted against observed, on the test window.
        daily: One metric by day of the test window.
        daily_metric: Which.
    """

    plan: Plan
    day_offset: str
    params: dict[str, Any]
    trained: int
    tested: int
    scores: dict[str, Score]
    shuffled: dict[str, float]
    trials: tuple[Trial, ...]
    calibration: tuple[Bin, ...]
    daily: tuple[Day, ...]
    daily_metric: str


def read(folder: Path) -> Result:
    """Return the result that a folder's ``result.json`` holds.

    Raises:
        DataError: There is none, or it is no result of learning.
    """
    path = folder / RESULT
    hint = "python -m research task=learn writes it"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Result)
    except FileNotFoundError:
        raise DataError(f"there is no result of learning at {path}", hint=hint) from None
    except msgspec.MsgspecError as error:
        raise DataError(f"{path} is no result of learning: {error}", hint=hint) from error
