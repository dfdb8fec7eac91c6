"""Observed against predicted, beside the line where they are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, legend
from contracts.report.plot.palette import INK, QUIET, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contracts.report.figure import Calibration


def draw(axes: Axes, figure: Calibration) -> None:
    """Draw the bins with their intervals, and the diagonal of a perfect calibration."""
    predicted = np.asarray(figure.predicted, dtype=np.float64)
    observed = np.asarray(figure.observed, dtype=np.float64)
    ends = [min(predicted.min(), observed.min()), max(predicted.max(), observed.max())]
    axes.plot(ends, ends, color=QUIET, linewidth=1, linestyle="--", label="as predicted")
    axes.plot(predicted, observed, color=colour(0), marker="o", markersize=4, label="observed")
    if len(figure.low):
        axes.vlines(predicted, figure.low, figure.high, color=INK, linewidth=0.8)
    label(axes, figure)
    legend(axes, 2)
