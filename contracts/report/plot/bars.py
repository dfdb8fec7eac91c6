"""Bars by group, and histograms as outlines over one another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, legend, numbers, percent, short
from contracts.report.plot.canvas import INCHES
from contracts.report.plot.palette import HATCHES, INK, MARK, colour, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Bar, Bars, Histogram, Size

#: Part of the room between two groups that bars fill.
FILLED = 0.78
#: Inches that a letter of a group's name takes, and the part of the width that is left for names.
LETTER, ROOM = 0.085, 0.85


def draw(axes: Axes, figure: Bars) -> None:
    """Draw one bar a series in every group, with whiskers where there are intervals."""
    places = np.arange(len(figure.labels), dtype=np.float64)
    width = FILLED / len(figure.series)
    for number, bar in enumerate(figure.series):
        shift: float = (number - (len(figure.series) - 1) / 2) * width
        one(axes, bar, places=np.add(places, shift), width=width, number=number)
    if figure.reference is not None:
        axes.axhline(figure.reference, color=MARK, linewidth=1, linestyle="--")
    names = [short(name) for name in figure.labels]
    axes.set_xticks(places, names, rotation=90 if crowded(names, figure.size) else 0)
    axes.grid(visible=False, axis="x")
    explain(axes, figure)


def crowded(names: Sequence[str], size: Size) -> bool:
    """Return whether names beside each other would touch, so that they have to stand upright."""
    each = ROOM * INCHES[size][0] / len(names)
    pairs = [len(one) + len(other) for one, other in pairwise(names)]
    return LETTER * (max(pairs, default=0) / 2 + 1) > each


def one(
    axes: Axes, bar: Bar, *, places: npt.NDArray[np.float64], width: float, number: int
) -> None:
    """Draw the bars of one series."""
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


def histogram(axes: Axes, figure: Histogram) -> None:
    """Draw the outline of each series, the first filled."""
    for number, bar in enumerate(figure.series):
        axes.stairs(
            bar.values,
            figure.edges,
            color=colour(number),
            linestyle=stroke(number),
            linewidth=1.5,
            label=bar.name,
        )
        if number == 0:
            axes.stairs(bar.values, figure.edges, color=colour(0), fill=True, alpha=0.18, lw=0)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    explain(axes, figure)


def explain(axes: Axes, figure: Bars | Histogram) -> None:
    """Write what the bars measure, and whose they are."""
    if figure.share:
        percent(axes.yaxis, axes.get_ylim()[1])
    else:
        numbers(axes.yaxis)
    label(axes, figure)
    legend(axes, len(figure.series))
