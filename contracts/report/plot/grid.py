"""A grid of values, darker where larger: missing values, drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, short
from contracts.report.plot.palette import INK, QUIET, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contracts.report.figure import Heat

#: Strongest tint of a cell: the number in it stays readable.
DARKEST = 0.6
#: Inches a row takes.
ROW = 0.235


def draw(axes: Axes, figure: Heat) -> None:
    """Draw a tinted cell with its number for each value."""
    values = np.asarray(figure.values, dtype=np.float64)
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        tint = DARKEST * min(max(value / figure.most, 0.0), 1.0)
        axes.bar(column, 0.92, width=0.96, bottom=row - 0.46, color=colour(0), alpha=tint, lw=0)
        axes.text(
            column,
            row,
            f"{100 * value:.1f}%" if figure.share else f"{value:.2f}",
            ha="center",
            va="center",
            fontsize=8,
            color=INK if tint > DARKEST / 20 else QUIET,
        )
    axes.set_xticks(range(len(figure.columns)), [*map(short, figure.columns)])
    axes.set_yticks(range(len(figure.rows)), [*map(short, figure.rows)])
    axes.set_xlim(-0.5, len(figure.columns) - 0.5)
    axes.set_ylim(len(figure.rows) - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    label(axes, figure)


def height(figure: Heat) -> float:
    """Return the inches that the rows of a grid take."""
    return ROW * len(figure.rows) + 0.5
