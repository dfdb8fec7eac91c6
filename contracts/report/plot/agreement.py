"""Draws how far two sides agree: points beside the line of identity, intervals beside margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import annotate, short, use_numbers
from contracts.report.plot.canvas import INK, MARK, QUIET, colour

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Dots, Intervals, Scatter

#: Points at which the edges of the band are computed, since they bend with the size of x.
STEPS = 50
#: As many numbers of nine letters fit beside each other.
TICKS = 6
#: An interval is drawn up to this many times the widest margin, and ends there in an arrow.
SHOWN = 4.0


def draw_scatter(axes: Axes, figure: Scatter) -> None:
    """Draw the band, the line of identity, then the points."""
    values = [np.asarray(side, float) for dots in figure.series for side in (dots.x, dots.y)]
    finite = np.concatenate([each[np.isfinite(each)] for each in values])
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    room = 0.03 * (high - low) or 0.5
    line = np.linspace(low - room, high + room, STEPS)
    within = figure.absolute + figure.relative * np.abs(line)
    if within.any():
        axes.fill_between(line, line - within, line + within, color=QUIET, alpha=0.18, lw=0)
    axes.plot(line, line, color=QUIET, linewidth=0.9, linestyle="--", label="_")
    for number, dots in enumerate(figure.series):
        _draw_dots(axes, dots, number=number)
    axes.set_xlim(line[0], line[-1])
    axes.set_ylim(line[0], line[-1])
    axes.locator_params(nbins=TICKS)
    use_numbers(axes.xaxis)
    use_numbers(axes.yaxis)
    annotate(axes, figure, entries=max(2, len(figure.series)))


def draw_intervals(axes: Axes, figure: Intervals) -> None:
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
        for place, mark in dict.fromkeys(end(each, edge) for each in (low[row], high[row])):
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
    annotate(axes, figure)


def end(value: float, edge: float) -> tuple[float, str]:
    """Return where an interval's end is drawn and its marker: an arrow where it is beyond the edge.

    >>> end(0.3, 1.0), end(-2.0, 1.0), end(float("inf"), 1.0)
    ((0.3, '|'), (-1.0, '<'), (1.0, '>'))
    """
    if abs(value) <= edge:
        return float(value), "|"
    return (edge, ">") if value > 0 else (-edge, "<")


def reach(*arrays: npt.NDArray[np.float64]) -> float:
    """Return how far from zero is drawn: the furthest value, at most ``SHOWN`` times a margin."""
    *intervals, margins = arrays
    widest = np.nanmax(margins, initial=0.0)
    ends = np.abs(np.concatenate(intervals))
    furthest = np.max(ends[np.isfinite(ends)], initial=0.0)
    return float(max(1.15 * widest, min(furthest, SHOWN * widest or np.inf))) or 1.0


def _draw_dots(axes: Axes, dots: Dots, *, number: int) -> None:
    """Draw one series: faint dots, or crosses where it is marked."""
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
