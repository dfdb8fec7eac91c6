"""How predicted probabilities compare with what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.figure import Calibration

if TYPE_CHECKING:
    from production.backtest.score import Judged

BINS = 10


def calibration(judged: Judged) -> Calibration:
    """Return observed against predicted, by tenths of what was predicted; binary only."""
    predicted = judged.served[:, 0]
    edges = np.quantile(predicted, np.linspace(0, 1, BINS + 1))
    bins = np.searchsorted(edges[1:-1], predicted, side="right")
    filled = np.unique(bins)
    return Calibration(
        caption="What was predicted against what happened, by tenths of the predictions.",
        x="predicted",
        y="observed",
        size="half",
        predicted=[float(predicted[bins == at].mean()) for at in filled],
        observed=[float(judged.truth[bins == at].mean()) for at in filled],
    )
