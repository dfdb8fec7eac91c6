"""Draws figures of bars and cells: bars by group, histograms, and a grid of values."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import annotate, short, show_difference, use_numbers, use_percent
from contracts.report.plot.canvas import HATCHES, INCHES, INK, MARK, QUIET, colour, line_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Bar, Bars, Heat, Histogram, Size

#: Share of the width of a group that its bars fill.
FILLED = 0.78
#: Inches per letter of a group's name, and the share of the width available for names.
LETTER, ROOM = 0.085, 0.85
#: Strongest tint of a cell: the number in it stays readable.
DARKEST = 0.6


def draw_bars(axes: Axes, figure: Bars) -> None:
    """Draw one bar a series in every group, with whiskers where there are intervals."""
    places = np.arange(len(figure.labels), dtype=np.float64)
    width = FILLED / len(figure.series)
    for number, bar in enumerate(figure.series):
        shift: float = (number - (len(figure.series) - 1) / 2) * width
        _draw_series(axes, bar, places=np.add(places, shift), width=width, number=number)
    if figure.reference is not None:
        axes.axhline(figure.reference, color=MARK, linewidth=1, linestyle="--")
        _draw_margin(axes, figure.reference, figure.margin)
    names = [short(name) for name in figure.labels]
    axes.set_xticks(places, names, rotation=90 if _crowded(names, figure.size) else 0)
    axes.grid(visible=False, axis="x")
    _finish(axes, figure)


def draw_histogram(axes: Axes, figure: Histogram) -> None:
    """Draw the outline of each series, the first filled."""
    for number, bar in enumerate(figure.series):
        axes.stairs(
            bar.values,
            figure.edges,
            color=colour(number),
            linestyle=line_style(number),
            linewidth=1.5,
            label=bar.name,
        )
        if number == 0:
            axes.stairs(bar.values, figure.edges, color=colour(0), fill=True, alpha=0.18, lw=0)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    _finish(axes, figure)


def draw_heat(axes: Axes, figure: Heat) -> None:
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
    annotate(axes, figure)


def _draw_margin(axes: Axes, reference: float, margin: float) -> None:
    """Draw the band of differences without meaning, which never fills the picture."""
    if margin:
        axes.axhspan(reference - margin, reference + margin, color=QUIET, alpha=0.16, lw=0)
        show_difference(axes, margin)


def _crowded(names: Sequence[str], size: Size) -> bool:
    """Return whether names beside each other would touch, so that they have to stand upright."""
    available = ROOM * INCHES[size][0] / len(names)
    pairs = [len(name) + len(following) for name, following in pairwise(names)]
    return LETTER * (max(pairs, default=0) / 2 + 1) > available


def _draw_series(
    axes: Axes, bar: Bar, *, places: npt.NDArray[np.float64], width: float, number: int
) -> None:
    values = np.asarray(bar.values, dtype=np.float64)
    axes.bar(
        places,
        values,
        width=width * 0.94,
        color=colour(number),
        hatch=HATCHES[number % len(HATCHES)],
        edgecolor="white",
        linewidth=0,
        label=bar.name,
    )
    if len(bar.low):
        reach = np.vstack([values - np.asarray(bar.low), np.asarray(bar.high) - values])
        axes.errorbar(
            places, values, yerr=np.maximum(reach, 0), fmt="none", ecolor=INK, elinewidth=0.9
        )


def _finish(axes: Axes, figure: Bars | Histogram) -> None:
    if figure.share:
        use_percent(axes.yaxis, axes.get_ylim()[1])
    else:
        use_numbers(axes.yaxis)
    annotate(axes, figure, entries=len(figure.series))
