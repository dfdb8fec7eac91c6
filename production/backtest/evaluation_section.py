"""What a lifecycle knew of itself while it ran: the report's section on serving evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.calendar import months
from contracts.moment import HOUR
from contracts.report.figure import Line, Lines
from contracts.report.page import Note, Section
from contracts.report.table import Heading, Table
from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric
from production.backtest.tables import digits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.report.page import Part
    from production.backtest.result import RunResult
    from production.metrics import ScoredWindow

    Windows = Sequence[ScoredWindow]

BASELINE = "naive baseline"
NOTE = "scored_by: evaluation agent, from outcomes as they arrived, late ones included."
CAME = (
    "Coverage: the share of what models answered that has an outcome. Hours from an event to its "
    "outcome: the median, and within which nine in ten came, of a middling window. "
)
CALIBRATED = (
    "Too high: the mean probability minus how often it happened, with a 95% interval; error: the "
    "expected calibration error of a middling window."
)


def evaluation_section(result: RunResult) -> Section:
    """Return the section: scores by window, what came back by month, and scores by segment."""
    windows = [each for each in result.run.windows if result.metrics[0] in each.served]
    parts: list[Part] = [Note(text=NOTE), _figure(result.metrics[0], windows)]
    if windows:
        parts.append(months_table(windows, offset=result.offset))
        parts += _segments(result, windows)
    return Section(title="Serving evaluation", parts=tuple(parts))


def _figure(main: str, windows: Windows) -> Lines:
    middles = [(window.start + window.end) / 2 for window in windows]
    return Lines(
        caption=f"{main} by evaluation window, as the evaluation agent scored it.",
        y=main,
        time=True,
        series=(
            Line(name="served", x=middles, y=[window.served[main] for window in windows]),
            Line(name=BASELINE, x=middles, y=[window.baseline[main] for window in windows]),
        ),
    )


def by_month(windows: Windows, offset: int) -> Iterator[tuple[str, list[ScoredWindow]]]:
    """Yield each month with the windows that start in it, in order."""
    names = months(np.array([each.start for each in windows], np.int64), offset)
    for name in sorted({*names.tolist()}):
        yield name, [each for each, of in zip(windows, names, strict=True) if of == name]


def months_table(windows: Windows, *, offset: int) -> Table:
    """Return by month how much came back and how late, and how far probabilities were off."""
    calibrated = any(each.calibration for each in windows)
    headings = [
        Heading(name="month"),
        Heading(name="outcomes", kind="count"),
        Heading(name="coverage", kind="share", digits=1),
        Heading(name="hours, median", kind="number", digits=1),
        Heading(name="nine in ten", kind="number", digits=1),
    ]
    if calibrated:
        headings.append(Heading(name="too high", kind="interval", digits=3))
        headings.append(Heading(name="error", kind="number", digits=3))
    groups = [*by_month(windows, offset), ("all", [*windows])]
    return Table(
        headings=tuple(headings),
        rows=tuple(
            (name, *_came_back(those), *(_calibrated(those) if calibrated else ()))
            for name, those in groups
        ),
        caption=CAME + (CALIBRATED if calibrated else ""),
        total=True,
    )


def _came_back(windows: Windows) -> tuple[int, float | None, float | None, float | None]:
    """Return the number of outcomes, the coverage, and the hours that outcomes took."""
    rows, came = sum(each.rows for each in windows), [each.feedback for each in windows]
    known = [each for each in came if each is not None]
    if not known:
        return rows, None, None, None
    median, late = (
        float(np.median([getattr(each, name) for each in known])) / HOUR
        for name in ("median", "late")
    )
    return rows, rows / sum(each.served for each in known), median, late


def _calibrated(windows: Windows) -> tuple[tuple[float, float, float] | None, float | None]:
    """Return the mean of predicted minus observed with its interval, and the usual error."""
    pairs = [(each.rows, each.calibration) for each in windows]
    known = [(rows, each) for rows, each in pairs if each is not None]
    if not known:
        return None, None
    rows = np.array([count for count, _ in known], np.float64)
    high = np.array([each.predicted - each.observed for _, each in known])
    reach = np.array([(each.high - each.low) / 2 for _, each in known])
    mean = float(np.average(high, weights=rows))
    # Windows are taken as independent: the variance of a sum is the sum of variances.
    half = float(np.sqrt(((rows * reach) ** 2).sum()) / rows.sum())
    return (mean, mean - half, mean + half), float(np.median([each.error for _, each in known]))


def _segments(result: RunResult, windows: Windows) -> list[Part]:
    """Return the first metric by generation and segment; none where none was recorded."""
    main = result.metrics[0]
    scores: dict[str, list[tuple[int, float]]] = {}
    for window in windows:
        for name, part in window.slices.items():
            if main in part.scores:
                scores.setdefault(name, []).append((part.rows, part.scores[main]))
    if not scores:
        return []
    counts = {name: sum(rows for rows, _ in those) for name, those in scores.items()}
    means = {
        name: sum(rows * score for rows, score in those) / counts[name]
        for name, those in scores.items()
    }
    of_segments = [name for name in means if not name.startswith("generation=")]
    text = "Scores by generation where several served."
    if of_segments:
        worst = min(of_segments, key=lambda name: improvement(metric(main), means[name], 0.0))
        text = f"The worst segment by {main} is {worst}: {means[worst]:.4f}."
    return [
        Note(text=text),
        Table(
            headings=(
                Heading(name="of"),
                Heading(name="outcomes", kind="count"),
                Heading(name=main, kind="number", digits=digits_of(result, main)),
            ),
            rows=tuple((name, counts[name], means[name]) for name in sorted(means)),
            caption=f"{main} of what was served, each window by its number of outcomes.",
        ),
    ]
