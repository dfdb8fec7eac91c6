"""The one place that imports matplotlib: empty axes in the pages' style, and the SVG drawn on them.

matplotlib is optional: a page without it has its tables and names the extra that brings pictures.
Nothing uses pyplot, so no figure is global; the style applies only while a figure is drawn.
"""

from __future__ import annotations

import re
import warnings
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any

from contracts.errors import MissingExtraError
from contracts.host.controls import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from contracts.report.figure import Size

#: Colours by the CSS variable that stands for each in a page. Lightness alternates from series to
#: series, and each has its own line style, so series can be distinguished in grey too.
SERIES = {
    "--series-1": "#1f5582",
    "--series-2": "#e08a1e",
    "--series-3": "#6b7280",
    "--series-4": "#3f9e8c",
    "--series-5": "#8c4a7d",
    "--series-6": "#a3b12b",
}
INK, QUIET, RULE, MARK = "#22262b", "#5b6470", "#d9dde2", "#9a3b3b"
VARIABLES = {**SERIES, "--ink": INK, "--quiet": QUIET, "--rule": RULE, "--mark": MARK}
LINE_STYLES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)))
HATCHES = ("", "////", "....", "\\\\\\\\", "xx", "++")
#: Width and height of a figure by its share of the page's width.
INCHES = {"wide": (9.0, 2.9), "half": (5.4, 2.9), "third": (3.9, 2.3)}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a dollar sign in a label is one
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "timezone": "UTC",
    "date.converter": "concise",
}


def colour(number: int) -> str:
    """Return the colour of the series with this number, from 0, beginning again after the last."""
    return [*SERIES.values()][number % len(SERIES)]


def line_style(number: int) -> str | tuple[int, tuple[int, ...]]:
    """Return the line style of the series with this number, as `colour` counts them."""
    return LINE_STYLES[number % len(LINE_STYLES)]


def available() -> bool:
    """Return whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def render(
    draw: Callable[[Axes], None], *, size: Size, salt: str, height: float | None = None
) -> str:
    """Return the SVG of what ``draw`` puts on empty axes; the same drawing gives the same bytes.

    Args:
        draw: Draws on the axes it is given.
        size: The share of the page's width.
        salt: Makes the ids of this picture differ from those of others on one page.
        height: Inches, where the size's own do not fit.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    if not available():
        raise MissingExtraError("matplotlib", extra="report", purpose="drawing a figure")
    from matplotlib import rc_context  # noqa: PLC0415 - optional, and heavy
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with rc_context({**STYLE, "svg.hashsalt": salt}):
        width, usual = INCHES[size]
        figure = Figure(figsize=(width, height or usual), layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.subplots()
        axes.patch.set_alpha(0)
        draw(axes)
        svg = StringIO()
        no_metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure)
        with warnings.catch_warnings():
            # Text stays text in the picture: the reader's fonts draw it, not those measured with.
            warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
            figure.savefig(svg, format="svg", metadata=no_metadata)
    return _cleaned(svg.getvalue())


def _cleaned(svg: str) -> str:
    """Return the ``svg`` element alone, with the page's colours and without ids nothing uses.

    Colours become CSS variables, so that one picture serves a light page, a dark one and paper.
    """
    element = printable(svg[svg.index("<svg") :])
    element = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", element, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', element))
    element = re.sub(r' id="([^"]*)"', lambda match: match[0] if match[1] in used else "", element)
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)
    element = re.sub(r"\s*\n\s*", "\n", element)
    for name, value in VARIABLES.items():
        element = element.replace(value, f"var({name}, {value})")
    return element.strip()
