"""Which drawing a kind of figure takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.report.figure import Bars, Calibration, Heat, Histogram, Lines
from contracts.report.plot import bars, calibration, grid, lines
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
    height = grid.height(figure) if isinstance(figure, Heat) else None
    return render(partial(drawing, figure=figure), size=figure.size, salt=salt, height=height)
