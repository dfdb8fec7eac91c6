"""Turns a figure into a picture: which function draws it, and how high it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.report import figure as figures
from contracts.report.plot import agreement, bars, lines
from contracts.report.plot.canvas import render

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWINGS: dict[type[figures.Figure], Callable[..., None]] = {
    figures.Lines: lines.draw_lines,
    figures.Calibration: lines.draw_calibration,
    figures.Tail: lines.draw_tail,
    figures.Bars: bars.draw_bars,
    figures.Histogram: bars.draw_histogram,
    figures.Heat: bars.draw_heat,
    figures.Scatter: agreement.draw_scatter,
    figures.Intervals: agreement.draw_intervals,
}
#: Inches of a figure that is nearly square, and of a row of one that has rows.
SQUARE, ROW = 4.4, 0.235


def picture(figure: figures.Figure, *, salt: str = "") -> str:
    """Return a figure as an ``svg`` element.

    Args:
        figure: What to draw.
        salt: Makes its ids differ from those of other pictures on one page.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    draw: Callable[..., Any] = partial(DRAWINGS[type(figure)], figure=figure)
    return render(draw, size=figure.size, salt=salt, height=_height(figure))


def _height(figure: figures.Figure) -> float | None:
    """Return the inches a figure takes, where its size's own do not fit."""
    match figure:
        case figures.Heat():
            return ROW * len(figure.rows) + 0.5
        case figures.Intervals():
            return ROW * len(figure.labels) + 0.75
        case figures.Scatter() | figures.Tail():
            return SQUARE
        case _:
            return None
