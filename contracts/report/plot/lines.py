"""Lines over a common axis, with bands and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import dates, label, legend, numbers, percent, thin
from contracts.report.plot.palette import MARK, colour, stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contracts.report.figure import Line, Lines

#: Fewest points that are drawn as a line alone; fewer get a dot each.
DOTS = 40


def draw(axes: Axes, figure: Lines) -> None:
    """Draw the marks, then the series over them, the first on top."""
    named = marks(axes, figure)
    for number, line in enumerate(figure.series):
        series(axes, line, number=number, time=figure.time)
    if figure.share:
        percent(axes.yaxis, max((float(np.nanmax(line.y)) for line in figure.series), default=1))
    else:
        numbers(axes.yaxis)
    axes.margins(x=0.01)
    label(axes, figure)
    legend(axes, len(figure.series) + named)


def series(axes: Axes, line: Line, *, number: int, time: bool) -> None:
    """Draw one line and its band."""
    x = dates(thin(line.x)) if time else thin(line.x)
    axes.plot(
        x,
        thin(line.y),
        color=colour(number),
        linestyle=stroke(number),
        marker="o" if len(line.x) < DOTS else "",
        markersize=3,
        label=line.name,
        zorder=10 - min(number, 7),
    )
    if len(line.low):
        axes.fill_between(
            x, thin(line.low), thin(line.high), color=colour(number), alpha=0.16, lw=0
        )


def marks(axes: Axes, figure: Lines) -> int:
    """Draw the marks, and return how many entries they put in the legend."""
    seen: set[str] = set()
    for mark in figure.marks:
        x = dates(np.asarray([mark.x]))[0] if figure.time else mark.x
        first = bool(mark.label) and mark.label not in seen
        seen.add(mark.label)
        axes.axvline(
            x,
            color=MARK,
            linewidth=0.7,
            alpha=0.6,
            linestyle=(0, (2, 2)),
            label=mark.label if first else "_",
            zorder=1,
        )
    return len(seen - {""})
