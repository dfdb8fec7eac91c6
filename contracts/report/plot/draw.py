"""Which drawing a kind of figure takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.report.figure import (
    Bars,
    Calibration,
    Heat,
    Histogram,
    Intervals,
    Lines,
    Scatter,
    Tail,
)
from contracts.report.plot import bars, calibration, grid, intervals, lines, scatter, tail
from contracts.report.plot.canvas import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.report.figure import Figure

DRAWINGS: dict[type[Figure], Callable[..., None]] = {
    Lines: lines.draw,
    Bars: bars.draw,
    Histogram: bars.histogram,
    Calibration: calibration.draw,
    Heat: grid.draw,
    Scatter: scatter.draw,
    Tail: tail.draw,
    Intervals: intervals.draw,
}


def picture(figure: Figure, *, salt: str = "") -> str:
    """Return a figure as an ``svg`` element.

    Args:
        figure: What to draw.
        salt: Sets its ids apart from those of other pictures on one page.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing: Callable[..., Any] = DRAWINGS[type(figure)]
    drawn = partial(drawing, figure=figure)
    return render(drawn, size=figure.size, salt=salt, height=height(figure))


def height(figure: Figure) -> float | None:
    """Return the inches a figure takes, where its size's own do not fit."""
    match figure:
        case Heat():
            return grid.height(figure)
        case Intervals():
            return intervals.height(figure)
        case Scatter():
            return scatter.HEIGHT
        case Tail():
            return tail.HEIGHT
        case _:
            return None
