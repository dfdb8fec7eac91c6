"""The tables and figures of the exploring page, one function each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from contracts.report.figure import Bar, Bars, Heat, Histogram, Line, Lines
from contracts.report.table import Heading, Table, text_headings
from research.explore.drift import SHIFT
from research.explore.events import most_frequent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from contracts.ports import Floats
    from contracts.report.figure import Figure, Size
    from research.explore.events import ExploredEvents, Mask
    from research.explore.findings import Findings, Rate

HOUR = 60
#: Groups with fewer events are left out of the pictures.
FEWEST = 30
#: Lags above this quantile are counted in the last bin.
LATEST = 0.995
#: Labels of the target that are drawn, the most frequent.
LABELS = 6
#: Bins of a histogram, and how many values of a feature have a bar.
BINS, TOP = 24, 10
#: Letters of a value under a bar.
LETTERS = 16
#: A number with a fraction, as Arrow writes it.
NUMBER = re.compile(r"-?\d+\.\d+(e[-+]?\d+)?")
#: Values beyond these quantiles are counted in the outermost bins, so that most bins hold rows.
TAILS = (0.002, 0.998)


def features(events: ExploredEvents, findings: Findings) -> Table:
    """Return one row a feature: its type, missing values, spread and drift."""
    rows = tuple(
        (
            name,
            str(events.table[name].type),
            len(events.table[name].drop_null().unique()),
            float(events.missing(name).mean()),
            *findings.spread.get(name, (None, None, None)),
            max(findings.drift[name].values(), default=None),
        )
        for name in events.inputs
    )
    return Table(
        headings=(
            *text_headings("feature", "type"),
            Heading(name="values", kind="count"),
            Heading(name="missing", kind="share", digits=1),
            *(Heading(name=n, kind="measure", digits=3) for n in ("least", "median", "most")),
            Heading(name="largest drift", kind="number", digits=2),
        ),
        rows=rows,
        caption="The inputs in the source's order; drift as explained below.",
    )


def by_month(findings: Findings) -> Table:
    """Return the target by month."""
    return Table(
        headings=(
            *text_headings("month", "outcome"),
            Heading(name="events", kind="count"),
            Heading(name="mean [95%]", kind="interval", digits=3),
        ),
        rows=tuple(
            (rate.group, rate.quantity, rate.events, (rate.value, rate.low, rate.high))
            for rate in findings.months
        ),
    )


def by_week(findings: Findings, *, share: bool) -> Lines:
    """Return the target by week."""
    series, count = [], len(findings.overall)
    names = _drawn(findings)
    for name in names:
        rates = [rate for rate in findings.weeks if rate.quantity == name]
        weeks = [rate.group for rate in rates]
        series.append(Line(name=name, x=weeks, y=_values(rates), **_ends(rates)))
    return Lines(
        caption=(
            "By week, at its first day, with 95% intervals as if events were independent; "
            "those of one day are not, so the true intervals are wider."
            + (f" The {LABELS} most frequent of {count} outcomes." if count > LABELS else "")
        ),
        series=tuple(series),
        time=True,
        share=share,
        y=" / ".join(names) if count <= LABELS else "share of outcomes",
    )


def by_category(findings: Findings, *, share: bool) -> Iterator[Bars]:
    """Yield the target by the most frequent values of each feature of text."""
    for feature, by_value in findings.categories.items():
        for quantity in _drawn(findings):
            overall = findings.overall[quantity]
            rates = [r for r in by_value if r.quantity == quantity and r.events >= FEWEST]
            yield Bars(
                caption=(
                    f"{quantity} by {feature}, where there are {FEWEST} events or more; "
                    "the dashed line is the mean of all events."
                ),
                labels=tuple(_label(str(rate.group)) for rate in rates),
                series=(Bar(name=quantity, values=_values(rates), **_ends(rates)),),
                share=share,
                reference=overall,
                size="half",
                y=quantity,
            )


def arrival(findings: Findings) -> Table:
    """Return how long it takes until a share of the outcomes is known."""
    return Table(
        headings=(
            Heading(name="outcomes arrived", kind="share", digits=0),
            Heading(name="within hours", kind="number", digits=1),
        ),
        rows=tuple((float(share), lag / HOUR) for share, lag in findings.lag.items()),
        caption="Of the events that got an outcome in the window.",
    )


def lags(minutes: Floats) -> Histogram:
    """Return how the lags are distributed."""
    hours = minutes / HOUR
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


def missing(findings: Findings) -> Heat:
    """Return the share of missing values by feature and month."""
    return _grid(findings.missing, caption="Share of events without a value.", share=True, most=0.5)


def drift(findings: Findings) -> Heat:
    """Return the population stability index by feature and month."""
    return _grid(findings.drift, caption="Index; darkest from a shift on.", most=2 * SHIFT)


def distribution(events: ExploredEvents, name: str) -> Figure:
    """Return the distribution of one feature, by outcome."""
    present = ~events.missing(name)
    groups = events.groups()
    drawn = {*sorted(groups, key=lambda group: -groups[group].sum())[:LABELS]}
    groups = {g: inside[present[events.known]] for g, inside in groups.items() if g in drawn}
    rows = events.known & present
    if events.is_categorical(name):
        return _value_shares(name, events.texts(name)[rows].astype(str), groups)
    return _histogram(name, events.values(name)[rows], groups)


def _value_shares(name: str, texts: npt.NDArray[np.str_], groups: Mapping[str, Mask]) -> Bars:
    """Return the shares of a feature's most frequent values."""
    count = len(np.unique(texts))
    top = sorted(most_frequent(texts, TOP).tolist(), key=_number_first)
    series = tuple(
        Bar(name=group, values=[float((texts[rows] == value).mean()) for value in top])
        for group, rows in groups.items()
    )
    caption = f"{name}, the {TOP} most frequent of {count}" if count > TOP else name
    return Bars(
        caption=caption, labels=tuple(map(_label, top)), series=series, share=True, size="third"
    )


def _histogram(name: str, values: Floats, groups: Mapping[str, Mask]) -> Histogram:
    """Return the shares of a feature's values between edges."""
    low, high = np.quantile(values, TAILS) if len(values) else (0.0, 1.0)
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    series = []
    for group, rows in groups.items():
        counts = np.histogram(np.clip(values[rows], edges[0], edges[-1]), edges)[0]
        series.append(Bar(name=group, values=counts / max(counts.sum(), 1)))
    return Histogram(caption=name, edges=edges.tolist(), series=tuple(series), size="third")


def _drawn(findings: Findings) -> list[str]:
    """Return the quantities that are drawn: of many labels the most frequent, in their order."""
    most = sorted(findings.overall, key=lambda name: -findings.overall[name])[:LABELS]
    return [name for name in findings.overall if name in most]


def _label(text: str) -> str:
    """Return a value as it stands under a bar: a number by four digits, a long text cut.

    >>> _label("0.014285714285714285"), _label("2013"), _label("thunderstorms with rain")
    ('0.01429', '2013', 'thunderstorms w…')
    """
    if NUMBER.fullmatch(text):
        return f"{float(text):.4g}"
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _number_first(text: str) -> tuple[float, str]:
    """Return the key that sorts numbers by their value, before words."""
    return (float(text), "") if text.lstrip("-").isdigit() else (np.inf, text)


def _grid(values: Mapping[str, Mapping[str, float]], **options: object) -> Heat:
    """Return values by feature and month as a grid."""
    rows, columns = tuple(values), tuple(next(iter(values.values())))
    size: Size = "half" if len(columns) <= 4 else "wide"
    cells = [[values[row][column] for column in columns] for row in rows]
    return Heat(rows=rows, columns=columns, values=cells, size=size, **options)  # type: ignore[arg-type]


def _values(rates: list[Rate]) -> list[float]:
    return [rate.value for rate in rates]


def _ends(rates: list[Rate]) -> dict[str, list[float]]:
    """Return the ends of the rates' intervals, as lines and bars take them."""
    return {"low": [rate.low for rate in rates], "high": [rate.high for rate in rates]}
