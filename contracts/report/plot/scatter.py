"""Points beside the line of identity: where two sides agree, and where they part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, legend, numbers
from contracts.report.plot.palette import INK, MARK, QUIET, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contracts.report.figure import Dots, Scatter

#: Inches: nearly square, as both axes measure the same.
HEIGHT = 4.4
#: Where the band is drawn: its edges bend with the size of x.
STEPS = 50
#: So many numbers of nine letters stand beside each other.
TICKS = 6


def draw(axes: Axes, figure: Scatter) -> None:
    """Draw the band, the line of identity, then the points."""
    values = [np.asarray(side, float) for dots in figure.series for side in (dots.x, dots.y)]
    every = np.concatenate([each[np.isfinite(each)] for each in values])
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    room = 0.03 * (high - low) or 0.5
    line = np.linspace(low - room, high + room, STEPS)
    within = figure.absolute + figure.relative * np.abs(line)
    if within.any():
        axes.fill_between(line, line - within, line + within, color=QUIET, alpha=0.18, lw=0)
    axes.plot(line, line, color=QUIET, linewidth=0.9, linestyle="--", label="_")
    for number, dots in enumerate(figure.series):
        points(axes, dots, number=number)
    axes.set_xlim(line[0], line[-1])
    axes.set_ylim(line[0], line[-1])
    axes.locator_params(nbins=TICKS)
    numbers(axes.xaxis)
    numbers(axes.yaxis)
    label(axes, figure)
    legend(axes, max(2, len(figure.series)))


def points(axes: Axes, dots: Dots, *, number: int) -> None:
    """Draw one series: faint dots, or crosses where it is to stand out."""
    axes.plot(
        dots.x,
        dots.y,
        linestyle="",
        marker="x" if dots.marked else "o",
        markersize=4 if dots.marked else 2.6,
        markeredgewidth=1.1 if dots.marked else 0,
        markeredgecolor=MARK if dots.marked else INK,
        color=MARK if dots.marked else colour(number),
        alpha=0.85 if dots.marked else 0.5,
        label=dots.name,
        zorder=3 + number,
    )
