"""Intervals in rows, each beside the margin it is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, short
from contracts.report.plot.palette import MARK, QUIET, colour

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Intervals

#: Inches a row takes, and what stands around the rows.
ROW, AROUND = 0.235, 0.75
#: How many of the widest margins are shown: an interval that goes on beyond ends in an arrow.
SHOWN = 4.0


def draw(axes: Axes, figure: Intervals) -> None:
    """Draw each row's margin as a band, its interval as a line, its value as a dot."""
    values, low, high, margins = (
        np.asarray(each, np.float64)
        for each in (figure.values, figure.low, figure.high, figure.margins)
    )
    edge = reach(values, low, high, margins)
    for row, marked in enumerate(figure.marked):
        shade = MARK if marked else colour(0)
        if np.isfinite(margins[row]):
            axes.barh(
                row, 2 * margins[row], left=-margins[row], height=0.72, color=QUIET, alpha=0.2
            )
        if np.isnan(values[row]):
            axes.text(0, row, "no interval", ha="center", va="center", fontsize=8, color=QUIET)
            continue
        ends = np.clip([low[row], high[row]], -edge, edge)
        axes.plot(ends, [row, row], color=shade, linewidth=1.6, solid_capstyle="butt")
        for place, mark in dict.fromkeys(end(one, edge) for one in (low[row], high[row])):
            axes.plot([place], [row], color=shade, marker=mark, markersize=5)
        if abs(values[row]) <= edge:
            axes.plot(
                [values[row]], [row], color=shade, marker="x" if marked else "o", markersize=5
            )
    axes.axvline(0, color=QUIET, linewidth=0.9, linestyle="--", zorder=0)
    axes.set_yticks(range(len(figure.labels)), [*map(short, figure.labels)])
    axes.set_ylim(len(figure.labels) - 0.4, -0.6)
    axes.set_xlim(-1.06 * edge, 1.06 * edge)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    label(axes, figure)


def end(value: float, edge: float) -> tuple[float, str]:
    """Return where an interval's end is drawn and how: as an arrow where it lies beyond an edge.

    >>> end(0.3, 1.0), end(-2.0, 1.0), end(float("inf"), 1.0)
    ((0.3, '|'), (-1.0, '<'), (1.0, '>'))
    """
    if abs(value) <= edge:
        return float(value), "|"
    return (edge, ">") if value > 0 else (-edge, "<")


def reach(*given: npt.NDArray[np.float64]) -> float:
    """Return how far from zero is drawn: what there is, up to some times the widest margin."""
    *intervals, margins = given
    widest = np.nanmax(margins, initial=0.0)
    ends = np.abs(np.concatenate(intervals))
    furthest = np.max(ends[np.isfinite(ends)], initial=0.0)
    return float(max(1.15 * widest, min(furthest, SHOWN * widest or np.inf))) or 1.0


def height(figure: Intervals) -> float:
    """Return the inches that the rows take."""
    return ROW * len(figure.labels) + AROUND
