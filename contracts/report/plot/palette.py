"""The colours and strokes of every picture: told apart in grey, and without colour at all.

Lightness falls and rises from series to series, and each has a stroke and a marker of its own. In a
page the colours become CSS variables, so that one picture serves light, dark and paper.
"""

from __future__ import annotations

#: Colours by the CSS variable that stands for each in a page.
SERIES = {
    "--series-1": "#1f5582",
    "--series-2": "#e08a1e",
    "--series-3": "#6b7280",
    "--series-4": "#3f9e8c",
    "--series-5": "#8c4a7d",
    "--series-6": "#a3b12b",
}
INK, QUIET, RULE, MARK = "#22262b", "#5b6470", "#d9dde2", "#9a3b3b"
VARIABLES = {
    **SERIES,
    "--ink": INK,
    "--quiet": QUIET,
    "--rule": RULE,
    "--mark": MARK,
}
STROKES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)))
HATCHES = ("", "////", "....", "\\\\\\\\", "xx", "++")


def colour(number: int) -> str:
    """Return the colour of the series with this number, from 0, beginning again after the last."""
    return [*SERIES.values()][number % len(SERIES)]


def stroke(number: int) -> str | tuple[int, tuple[int, ...]]:
    """Return the stroke of the series with this number."""
    return STROKES[number % len(STROKES)]


def variables(svg: str) -> str:
    """Return a picture whose colours are the page's variables, with themselves to fall back on."""
    for name, value in VARIABLES.items():
        svg = svg.replace(value, f"var({name}, {value})")
    return svg
