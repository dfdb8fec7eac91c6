"""Draws figures of lines: over a common axis, calibration, and the tail of a distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import (
    annotate,
    dates,
    show_difference,
    thin,
    use_numbers,
    use_percent,
)
from contracts.report.plot.canvas import INK, MARK, QUIET, colour, line_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Calibration, Limit, Line, Lines, Tail

#: Series with fewer points get a dot at each.
DOTS = 40
#: Least distance in decades between a size and the edge of the picture, where it would not be seen.
EDGE = 0.05
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def draw_lines(axes: Axes, figure: Lines) -> None:
    """Draw the marks, then the series over them, the first on top."""
    labels = _draw_marks(axes, figure)
    for number, line in enumerate(figure.series):
        _draw_series(axes, line, number=number, time=figure.time)
    if figure.share:
        most = max((float(np.nanmax(line.y)) for line in figure.series), default=1)
        use_percent(axes.yaxis, most)
    else:
        use_numbers(axes.yaxis)
    axes.margins(x=0.01)
    show_difference(axes, figure.margin)
    annotate(axes, figure, entries=len(figure.series) + labels)


def draw_calibration(axes: Axes, figure: Calibration) -> None:
    """Draw the bins with their intervals, and the diagonal of a perfect calibration."""
    predicted = np.asarray(figure.predicted, dtype=np.float64)
    observed = np.asarray(figure.observed, dtype=np.float64)
    ends = [min(predicted.min(), observed.min()), max(predicted.max(), observed.max())]
    axes.plot(ends, ends, color=QUIET, linewidth=1, linestyle="--", label="as predicted")
    axes.plot(predicted, observed, color=colour(0), marker="o", markersize=4, label="observed")
    if len(figure.low):
        axes.vlines(predicted, figure.low, figure.high, color=INK, linewidth=0.8)
    annotate(axes, figure, entries=2)


def draw_tail(axes: Axes, figure: Tail) -> None:
    """Draw each series over the decades of its rarest rows, and the limits across them.

    A size of zero has no place on a logarithmic axis: a line begins with the first positive size.
    """
    reach = max(1.0, *(float(decades(line.x).max(initial=0.0)) for line in figure.series))
    for number, line in enumerate(figure.series):
        sizes = np.asarray(line.y, np.float64)
        axes.plot(
            decades(line.x),
            np.where(sizes > 0, sizes, np.nan),
            color=colour(number),
            linestyle=line_style(number),
            label=line.name,
        )
    for limit in figure.limits:
        _draw_limit(axes, limit, reach=reach)
    shown = [size for line in figure.series for size in line.y]
    shown += [limit.value for limit in figure.limits]
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda size, _: power(size))
    axes.yaxis.set_minor_formatter(lambda *_: "")
    axes.set_ylim(powers_around([size for size in shown if size > 0]))
    shares = [0.0, 0.5, *(1 - 10.0**-n for n in range(1, int(reach) + 1))]
    axes.set_xticks(decades(shares), [f"{100 * share:.10g}%" for share in shares])
    axes.set_xlim(0, reach * 1.02)
    annotate(axes, figure, entries=len(figure.series) + len(figure.limits))


def power(size: float) -> str:
    """Return the text of a power of ten on an axis.

    >>> power(0.001), power(1.0), power(1e12)
    ('10⁻³', '10⁰', '10¹²')
    """
    return f"10{str(round(np.log10(size))).translate(SUPERSCRIPTS)}"


def powers_around(sizes: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around sizes, so that two ticks have a number even if all are close.

    >>> powers_around([2e-4, 5e-4]), powers_around([0.01, 5.0]), powers_around([])
    ((0.0001, 0.001), (0.001, 10.0), (0.1, 1.0))
    """
    low, high = np.log10([min(sizes, default=0.5), max(sizes, default=0.5)])
    return 10.0 ** int(np.floor(low - EDGE)), 10.0 ** int(np.ceil(high + EDGE))


def decades(shares: object) -> npt.NDArray[np.float64]:
    """Return where shares lie on an axis on which 90%, 99% and 99.9% are equally far apart."""
    return np.asarray(-np.log10(1 - np.asarray(shares, np.float64)))


def _draw_series(axes: Axes, line: Line, *, number: int, time: bool) -> None:
    x = dates(thin(line.x)) if time else thin(line.x)
    axes.plot(
        x,
        thin(line.y),
        color=colour(number),
        linestyle=line_style(number),
        marker="o" if len(line.x) < DOTS else "",
        markersize=3,
        label=line.name,
        zorder=10 - min(number, 7),
    )
    if len(line.low):
        axes.fill_between(
            x, thin(line.low), thin(line.high), color=colour(number), alpha=0.16, lw=0
        )


def _draw_marks(axes: Axes, figure: Lines) -> int:
    """Draw the marks, and return how many entries they add to the legend."""
    labels: set[str] = set()
    for mark in figure.marks:
        x = dates(np.asarray([mark.x]))[0] if figure.time else mark.x
        first = bool(mark.label) and mark.label not in labels
        labels.add(mark.label)
        axes.axvline(
            x,
            color=MARK,
            linewidth=0.7,
            alpha=0.6,
            linestyle=(0, (2, 2)),
            label=mark.label if first else "_",
            zorder=1,
        )
    return len(labels - {""})


def _draw_limit(axes: Axes, limit: Limit, *, reach: float) -> None:
    """Draw a limit as far as the share of values it applies to."""
    end = reach * 1.02 if limit.share >= 1 else min(float(decades(limit.share)), reach * 1.02)
    if limit.value > 0:
        sizes = [limit.value, limit.value]
        axes.plot([0, end], sizes, color=MARK, linewidth=1.2, linestyle="--", label=limit.name)
        axes.plot([end], [limit.value], color=MARK, marker="|", markersize=9, linestyle="")
