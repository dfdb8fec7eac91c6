"""The tables and figures of the exploring page, one function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.figure import Bar, Bars, Heat, Histogram, Line, Lines
from contracts.report.table import Heading, Table
from research.explore.drift import SHIFT
from research.explore.lag import lags as minutes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.report.figure import Size
    from research.explore.findings import Findings
    from research.explore.rate import Rate
    from research.explore.sample import Sample

HOUR = 60
#: Groups with fewer events say nothing a picture could show.
FEWEST = 30
#: Lags longer than this share of them all are counted in the last bin.
LATEST = 0.995


def ends(rates: list[Rate]) -> dict[str, list[float]]:
    """Return the ends of the intervals of rates, as a band or whiskers take them."""
    return {"low": [rate.low for rate in rates], "high": [rate.high for rate in rates]}


def monthly(found: Findings) -> Table:
    """Return the target by month."""
    return Table(
        headings=(
            Heading(name="month"),
            Heading(name="outcome"),
            Heading(name="events", kind="count"),
            Heading(name="mean [95%]", kind="interval", digits=3),
        ),
        rows=tuple((r.group, r.quantity, r.events, (r.value, r.low, r.high)) for r in found.months),
    )


def weekly(found: Findings, *, share: bool) -> Lines:
    """Return the target by week."""
    series = []
    for name in found.overall:
        chosen = [rate for rate in found.weeks if rate.quantity == name]
        x, y = [rate.group for rate in chosen], [rate.value for rate in chosen]
        series.append(Line(name=name, x=x, y=y, **ends(chosen)))
    return Lines(
        caption=(
            "By the week that begins there, with 95% intervals as if events were independent; "
            "those of one day are not, so the truth is wider."
        ),
        series=tuple(series),
        time=True,
        share=share,
        y=" / ".join(found.overall),
    )


def categories(found: Findings, *, share: bool) -> Iterator[Bars]:
    """Yield the target by the most frequent values of each feature of text."""
    for feature, rates in found.categories.items():
        for quantity, overall in found.overall.items():
            chosen = [r for r in rates if r.quantity == quantity and r.events >= FEWEST]
            values = [rate.value for rate in chosen]
            yield Bars(
                caption=(
                    f"{quantity} by {feature}, where there are {FEWEST} events or more; "
                    "the dashed line is all of them."
                ),
                labels=tuple(str(rate.group) for rate in chosen),
                series=(Bar(name=quantity, values=values, **ends(chosen)),),
                share=share,
                reference=overall,
                size="half",
                y=quantity,
            )


def arrival(found: Findings) -> Table:
    """Return how long it takes until a share of the outcomes is known."""
    return Table(
        headings=(
            Heading(name="outcomes arrived", kind="share", digits=0),
            Heading(name="within hours", kind="number", digits=1),
        ),
        rows=tuple((float(part), lag / HOUR) for part, lag in found.lag.items()),
        caption="Of the events that got an outcome in the window.",
    )


def lags(sample: Sample) -> Histogram:
    """Return how the lags are distributed."""
    hours = minutes(sample) / HOUR
    latest = float(np.quantile(hours, LATEST)) if len(hours) else 1.0
    edges = np.linspace(min(0.0, hours.min(initial=0)), latest, 41)
    counts = np.histogram(np.minimum(hours, latest), edges)[0]
    bar = Bar(name="outcomes", values=counts / max(counts.sum(), 1))
    return Histogram(
        caption="Hours from an event to its outcome.",
        edges=edges.tolist(),
        series=(bar,),
        x="hours",
    )


def grid(values: Mapping[str, Mapping[str, float]], **how: object) -> Heat:
    """Return values by feature and month as a grid."""
    rows, columns = tuple(values), tuple(next(iter(values.values())))
    size: Size = "half" if len(columns) <= 4 else "wide"
    cells = [[values[row][column] for column in columns] for row in rows]
    return Heat(rows=rows, columns=columns, values=cells, size=size, **how)  # type: ignore[arg-type]


def missing(found: Findings) -> Heat:
    """Return the share of missing values by feature and month."""
    return grid(found.missing, caption="Share of events without a value.", share=True, most=0.5)


def drift(found: Findings) -> Heat:
    """Return the population stability index by feature and month."""
    return grid(found.drift, caption="Index; darkest from the shift on.", most=2 * SHIFT)
