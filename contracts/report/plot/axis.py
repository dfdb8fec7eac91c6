"""What the axes of several kinds of figure share: labels, legends, percent, dates, short names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.canvas import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from contracts.report.figure import Figure

#: Longest series that is drawn point by point: more would overlap at a page's width.
POINTS = 700
#: Letters of a name beside a picture, and how many of its last ones are among them.
LETTERS, ENDING = 40, 14
#: Letters across the legend of a figure of each size, and those that an entry's key takes.
ACROSS = {"wide": 130, "half": 62, "third": 40}
KEY = 6
#: The largest share of an axis's height that a difference without meaning may take.
SMALL = 0.1
#: Between them a value is written in full, as the smaller ones beside it are.
MILLION, BILLION = 1e6, 1e9
#: A hyphen, and the minus sign that matplotlib writes on its own axes.
MINUS = ("-", "\N{MINUS SIGN}")


def annotate(axes: Axes, figure: Figure, *, entries: int = 0) -> None:
    """Label both axes, and put a legend of several entries above the picture, covering nothing."""
    axes.set_xlabel(figure.x)
    axes.set_ylabel(figure.y)
    if entries > 1:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=_columns(axes, figure, entries),
            borderaxespad=0.2,
            handlelength=2.4,
            labelcolor=INK,
            columnspacing=1.4,
        )


def _columns(axes: Axes, figure: Figure, entries: int) -> int:
    """Return how many of a legend's entries fit beside each other."""
    longest = max((len(name) for name in axes.get_legend_handles_labels()[1]), default=0)
    return max(1, min(entries, ACROSS[figure.size] // (longest + KEY)))


def show_difference(axes: Axes, margin: float) -> None:
    """Widen the vertical axis until a difference without meaning is a small part of it."""
    low, high = axes.get_ylim()
    missing = max(0.0, margin / SMALL - (high - low))
    axes.set_ylim(low - missing / 2, high + missing / 2)


def use_percent(axis: Axis, most: float) -> None:
    """Write the values of an axis in percent, with one more digit where all of them are small."""
    digits = 0 if most >= 0.1 else 1
    axis.set_major_formatter(lambda value, _: f"{100 * value:.{digits}f}%".replace(*MINUS))


def use_numbers(axis: Axis) -> None:
    """Write every value of an axis in full: a common factor would overlap the legend."""
    axis.set_major_formatter(lambda value, _: tick(value))


def tick(value: float) -> str:
    """Return the text of a value on an axis.

    >>> tick(250_000), tick(1_500_000), tick(1.25e9), tick(-0.5)
    ('250,000', '1,500,000', '1.25e+09', '\N{MINUS SIGN}0.5')
    """
    whole = MILLION <= abs(value) < BILLION
    return (f"{value:,.0f}" if whole else f"{value:,.6g}").replace(*MINUS)


def short(name: str) -> str:
    """Return a name as it stands beside a picture: a long one by its beginning and its end.

    >>> short("carrier=UA (2,225)"), short(f"destination={'a' * 60} (1,200)")
    ('carrier=UA (2,225)', 'destination=aaaaaaaaaaaaa…aaaaaa (1,200)')
    """
    if len(name) <= LETTERS:
        return name
    return f"{name[: LETTERS - ENDING - 1]}…{name[-ENDING:]}"


def thin(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """Return at most ``POINTS`` values: of a longer series the means of equal blocks."""
    array = np.asarray(values, dtype=np.float64)
    if len(array) <= POINTS:
        return array
    block = -(-len(array) // POINTS)
    starts = np.arange(0, len(array), block)
    sizes = np.diff(np.append(starts, len(array)))
    return np.asarray(np.add.reduceat(array, starts) / sizes)


def dates(instants: npt.NDArray[np.float64]) -> npt.NDArray[np.datetime64]:
    """Return UTC microseconds as the dates that a date axis takes."""
    return instants.astype(np.int64).astype("datetime64[us]")
