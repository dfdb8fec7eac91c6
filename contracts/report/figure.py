"""Figures as data: what is drawn, not how. `contracts.report.plot` turns one into a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

#: The share of the page's width a figure takes: all, a half, a third.
Size = Literal["wide", "half", "third"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """The attributes of every figure.

    Args:
        caption: What the figure shows, in a sentence.
        x: The label of the horizontal axis.
        y: The label of the vertical axis.
        size: The share of the page's width.
    """

    caption: str
    x: str = ""
    y: str = ""
    size: Size = "wide"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One series of a line figure; ``low`` and ``high`` draw a band around it."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An event at one place of the horizontal axis."""

    x: float
    label: str = ""


class Lines(Figure, frozen=True, kw_only=True):
    """Series over a common axis, with marks.

    Args:
        series: The lines; the first is drawn strongest.
        marks: Vertical lines; marks of one label share an entry in the legend.
        time: Whether ``x`` counts UTC microseconds.
        share: Whether ``y`` is a share, shown in percent.
        margin: The largest difference of two lines without meaning, so that it is drawn small.
    """

    series: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    time: bool = False
    share: bool = False
    margin: float = 0.0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One series of a bar figure; ``low`` and ``high`` draw whiskers."""

    name: str
    values: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


class Bars(Figure, frozen=True, kw_only=True):
    """Bars side by side, one group a label.

    Args:
        labels: The groups' names.
        series: Values by group.
        share: Whether the values are shares, shown in percent.
        reference: A value to compare all groups with, drawn as a line.
        margin: The largest difference from the reference without meaning, drawn as a band.
    """

    labels: tuple[str, ...]
    series: tuple[Bar, ...]
    share: bool = False
    reference: float | None = None
    margin: float = 0.0


class Histogram(Figure, frozen=True, kw_only=True):
    """Counts or shares between edges, as overlaid outlines: n values, n + 1 edges."""

    edges: Sequence[float]
    series: tuple[Bar, ...]
    share: bool = True


class Calibration(Figure, frozen=True, kw_only=True):
    """Observed against predicted, by bins of the prediction.

    Args:
        predicted: Mean prediction of each bin.
        observed: Mean outcome of each bin.
        low: Lower end of each observed mean's interval.
        high: Upper end of each observed mean's interval.
    """

    predicted: Sequence[float]
    observed: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


class Heat(Figure, frozen=True, kw_only=True):
    """A value in every cell of a grid, darker where it is larger, with its number.

    Args:
        rows: Names of the rows, from the top.
        columns: Names of the columns.
        values: Values by row, then column; NaN leaves a cell empty.
        share: Whether the values are shares, shown in percent.
        most: The value drawn darkest; larger ones look the same.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Sequence[Sequence[float]]
    share: bool = False
    most: float = 1.0


class Dots(msgspec.Struct, frozen=True, kw_only=True):
    """One series of a scatter; a ``marked`` one is highlighted."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    marked: bool = False


class Scatter(Figure, frozen=True, kw_only=True):
    """Points beside the line where both axes are equal, and the band that counts as equal.

    Args:
        series: The points, drawn in this order.
        absolute: Half the band's height.
        relative: What is added to it, as a share of ``|x|``.
    """

    series: tuple[Dots, ...]
    absolute: float = 0.0
    relative: float = 0.0


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """The largest allowed size, for the given share of all values."""

    name: str
    value: float
    share: float = 1.0


class Tail(Figure, frozen=True, kw_only=True):
    """Sizes by the share of values that are no larger, on logarithmic axes, the largest at right.

    Args:
        series: Lines with shares in [0, 1) as ``x`` and sizes of 0 or more as ``y``, both rising.
        limits: The largest allowed sizes.
    """

    series: tuple[Line, ...]
    limits: tuple[Limit, ...] = ()


class Intervals(Figure, frozen=True, kw_only=True):
    """One interval a row, drawn with the margin around zero it must lie within: a forest plot.

    Args:
        labels: The rows' names, from the top.
        values: The point of each row; NaN where there is none.
        low: The lower end of each row's interval.
        high: The upper end.
        margins: The half width of each row's margin; NaN draws none.
        marked: Whether each row is highlighted.
    """

    labels: tuple[str, ...]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    margins: Sequence[float]
    marked: Sequence[bool]
