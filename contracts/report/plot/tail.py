"""How large the largest are: sizes by the share of all that are no larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.plot.axis import label, legend
from contracts.report.plot.palette import MARK, colour, stroke

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from contracts.report.figure import Limit, Tail

HEIGHT = 4.4
#: Sizes below what float64 tells apart from none beside 1 are drawn as this.
LEAST = 1e-17


def draw(axes: Axes, figure: Tail) -> None:
    """Draw each series over the decades of its rarest rows, and the limits across them."""
    sizes = np.concatenate([np.asarray(line.y, float) for line in figure.series])
    seen = sizes[sizes > LEAST]
    floor = float(seen.min()) if len(seen) else LEAST
    reach = max(1.0, *(float(decades(line.x).max(initial=0.0)) for line in figure.series))
    for number, line in enumerate(figure.series):
        axes.plot(
            decades(line.x),
            np.maximum(np.asarray(line.y, float), floor),
            color=colour(number),
            linestyle=stroke(number),
            label=line.name,
        )
    for limit in figure.limits:
        bound(axes, limit, reach=reach)
    axes.set_yscale("log")
    shares = [0.0, 0.5, *(1 - 10.0**-n for n in range(1, int(reach) + 1))]
    axes.set_xticks(decades(shares), [f"{100 * share:.10g} %" for share in shares])
    axes.set_xlim(0, reach * 1.02)
    label(axes, figure)
    legend(axes, len(figure.series) + len(figure.limits))


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
