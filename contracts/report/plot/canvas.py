"""The one place that imports matplotlib: an empty canvas in the house's style, and its SVG.

matplotlib is optional: a page without it has its tables and says what brings the pictures.
No pyplot, hence no global figures; settings hold while a canvas is drawn.
"""

from __future__ import annotations

import re
import warnings
from importlib.util import find_spec
from io import StringIO
from typing import TYPE_CHECKING, Any

from contracts.errors import MissingExtraError
from contracts.report.plot.palette import INK, QUIET, RULE, variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from contracts.report.figure import Size


INCHES = {"wide": (9.0, 2.9), "half": (5.4, 2.9), "third": (3.9, 2.3)}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 9,
    "font.family": "DejaVu Sans",
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


def available() -> bool:
    """Return whether pictures can be drawn here."""
    return find_spec("matplotlib") is not None


def render(
    draw: Callable[[Axes], None], *, size: Size, salt: str, height: float | None = None
) -> str:
    """Return the SVG of what ``draw`` puts on empty axes; the same drawing gives the same bytes.

    Args:
        draw: Draws on the axes it is given.
        size: The share of the page's width.
        salt: Sets the ids of this picture apart from those of others on one page.
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
        written = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure)
        with warnings.catch_warnings():
            # Text stays text in the picture: the reader's fonts draw it, not those measured with.
            warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
            figure.savefig(written, format="svg", metadata=nothing)
    return tidy(written.getvalue())


def tidy(svg: str) -> str:
    """Return the ``svg`` element alone: no preamble, no ids that nothing refers to."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", element, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', element))
    element = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", element)
    element = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)
    return variables(re.sub(r"\s*\n\s*", "\n", element)).strip()
