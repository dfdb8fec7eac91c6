"""How large the largest are: sizes by the share of all that are no larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, legend
from contracts.report.plot.palette import MARK, colour, stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Limit, Tail

HEIGHT = 4.4
#: Decades between what is drawn and the picture's edge, at least: there a limit would not be seen.
EDGE = 0.05


def draw(axes: Axes, figure: Tail) -> None:
    """Draw each series over the decades of its rarest rows, and the limits across them.

    A size of zero has no place on a logarithmic axis: a line begins with the first that has.
    """
    reach = max(1.0, *(float(decades(line.x).max(initial=0.0)) for line in figure.series))
    for number, line in enumerate(figure.series):
        sizes = np.asarray(line.y, np.float64)
        axes.plot(
            decades(line.x),
            np.where(sizes > 0, sizes, np.nan),
            color=colour(number),
            linestyle=stroke(number),
            label=line.name,
        )
    for limit in figure.limits:
        bound(axes, limit, reach=reach)
    axes.set_yscale("log")
    axes.set_ylim(whole([value for value in drawn(figure) if value > 0]))
    shares = [0.0, 0.5, *(1 - 10.0**-n for n in range(1, int(reach) + 1))]
    axes.set_xticks(decades(shares), [f"{100 * share:.10g}%" for share in shares])
    axes.set_xlim(0, reach * 1.02)
    label(axes, figure)
    legend(axes, len(figure.series) + len(figure.limits))


def drawn(figure: Tail) -> Iterator[float]:
    """Yield every size that a figure shows."""
    for line in figure.series:
        yield from line.y
    yield from (limit.value for limit in figure.limits)


def whole(sizes: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around sizes: however close these are, two ticks have a number.

    >>> whole([2e-4, 5e-4]), whole([0.01, 5.0]), whole([])
    ((0.0001, 0.001), (0.001, 10.0), (0.1, 1.0))
    """
    low, high = np.log10([min(sizes, default=0.5), max(sizes, default=0.5)])
    return 10.0 ** int(np.floor(low - EDGE)), 10.0 ** int(np.ceil(high + EDGE))


def decades(shares: object) -> npt.NDArray[np.float64]:
    """Return where shares lie on an axis that gives each further nine the same room."""
    return np.asarray(-np.log10(1 - np.asarray(shares, np.float64)))


def bound(axes: Axes, limit: Limit, *, reach: float) -> None:
    """Draw a limit up to the share it binds for."""
    end = reach * 1.02 if limit.share >= 1 else min(float(decades(limit.share)), reach * 1.02)
    if limit.value > 0:
        sizes = [limit.value, limit.value]
        axes.plot([0, end], sizes, color=MARK, linewidth=1.2, linestyle="--", label=limit.name)
        axes.plot([end], [limit.value], color=MARK, marker="|", markersize=9, linestyle="")
