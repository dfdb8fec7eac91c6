"""What was learned, and what it is worth, as a page for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import iso
from contracts.report.figure import Calibration, Line, Lines
from contracts.report.page import Facts, Note, Page, Section
from contracts.report.table import Heading, Table
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from contracts.report.page import Head
    from contracts.score.bootstrap import Interval
    from research.learn.result import Result


def page(found: Result, *, head: Head) -> Page:
    """Return the page of a result."""
    plan = found.plan
    return Page(
        title=f"Learning {head.product}",
        lead=(
            f"Trained on {iso(plan.start)} to {iso(plan.end)}, tuned on {plan.folds} rolling "
            f"folds inside, and tested once on {iso(plan.test_start)} to {iso(plan.test_end)}."
        ),
        head=head,
        sections=(
            Section(title="Worth", parts=(facts(found), worth(found), honest(found))),
            Section(title="Calibration", parts=(calibrated(found),)),
            Section(title="Day by day", parts=(daily(found),)),
            Section(title="Search", parts=(searched(found), chosen(found))),
            Section(title="Folds", parts=(folds(found),)),
        ),
    )


def facts(found: Result) -> Facts:
    """Return the figures a reader should see first."""
    scores = ((name, f"{score.solution.value:.4f}") for name, score in found.scores.items())
    rows = (("rows trained", f"{found.trained:,}"), ("rows tested", f"{found.tested:,}"))
    return Facts(items=(*scores, *rows))


def worth(found: Result) -> Table:
    """Return each metric of the solution beside the baseline's."""
    intervals = [
        Heading(name=name, kind="interval") for name in ("solution", "naive baseline", "gain")
    ]
    return Table(
        headings=(Heading(name="metric"), Heading(name="better"), *intervals),
        rows=tuple(
            (name, metric(name).direction, *map(cell, (s.solution, s.baseline, s.gain)))
            for name, s in found.scores.items()
        ),
        caption=(
            f"On the test window, with 95% intervals from {found.plan.repeats} samples of whole "
            "days; the gain is paired, and positive where the solution is better."
        ),
    )


def cell(interval: Interval) -> tuple[float, float, float]:
    """Return an interval as a table's cell."""
    return interval.value, interval.low, interval.high


def honest(found: Result) -> Note:
    """Return what a random split would have claimed, in one line."""
    pairs = ", ".join(
        f"`{name}` {claimed:.4f} instead of {found.scores[name].solution.value:.4f}"
        for name, claimed in found.shuffled.items()
    )
    return Note(text=f"A random split of the same rows would have claimed {pairs}.", tone="warning")


def calibrated(found: Result) -> Calibration:
    """Return predicted against observed."""
    bins = found.calibration
    return Calibration(
        caption="Tenths of the test rows by what was predicted of them; lines are 95% intervals.",
        predicted=[each.predicted for each in bins],
        observed=[each.observed for each in bins],
        low=[each.low for each in bins],
        high=[each.high for each in bins],
        x="predicted",
        y="observed",
        size="half",
    )


def daily(found: Result) -> Lines:
    """Return one metric by day."""
    x = [day.start for day in found.daily]
    return Lines(
        caption="Each day of the test window. No training saw any of it.",
        series=(
            Line(name="solution", x=x, y=[day.solution for day in found.daily]),
            Line(name="naive baseline", x=x, y=[day.baseline for day in found.daily]),
        ),
        time=True,
        y=found.daily_metric,
    )


def searched(found: Result) -> Lines:
    """Return the value of each trial, and the best so far."""
    name = next(iter(found.scores))
    best = np.minimum if metric(name).direction == "lower" else np.maximum
    trials = sorted(found.trials, key=lambda trial: trial.number)
    values = [trial.value for trial in trials]
    x = [trial.number + 1 for trial in trials]
    return Lines(
        caption="Mean over the folds; the first trial is the start as configured.",
        series=(
            Line(name="best so far", x=x, y=best.accumulate(values).tolist()),
            Line(name="trial", x=x, y=values),
        ),
        x="trial",
        y=name,
    )


def chosen(found: Result) -> Table:
    """Return the parameters that were chosen, beside the start."""
    rows = tuple(
        (name, number(value), number(found.plan.params.get(name)), name in found.plan.space)
        for name, value in found.params.items()
    )
    return Table(
        headings=tuple(Heading(name=n) for n in ("parameter", "chosen", "start", "searched")),
        rows=tuple((*row[:3], "yes" if row[3] else "no") for row in rows),
    )


def number(value: object) -> object:
    """Return a parameter as it is shown."""
    return f"{value:.4g}" if isinstance(value, float) else value


def folds(found: Result) -> Table:
    """Return the windows that parameters were compared on."""
    names = ("trained from", "trained to and known by", "tested to")
    rows = tuple((iso(f.start), iso(f.cut), iso(f.end)) for f in found.plan.rolling)
    last = found.plan
    test = (iso(last.start), iso(last.end), f"{iso(last.test_start)} to {iso(last.test_end)}")
    return Table(
        headings=tuple(Heading(name=name) for name in names),
        rows=(*rows, test),
        caption="The last row is the final fit and its test.",
        total=True,
    )
