"""The report of a learning as a page: what was chosen, what it scores, and how it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import readable
from contracts.report.figure import Line, Lines
from contracts.report.page import Facts, Note, Page, Section
from contracts.report.table import Heading, Table, score_text, text_headings
from contracts.score.calibration import picture
from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from contracts.report.page import Head, Part
    from contracts.score.bootstrap import Interval
    from research.learn.result import LearningResult

CALIBRATION = "Tenths of the test rows by what was predicted of them; lines are 95% intervals."


def page(result: LearningResult, *, head: Head) -> Page:
    """Return the page of a result of learning."""
    plan = result.plan
    parts: tuple[Part, ...] = (
        facts(result),
        scores(result),
        *unlisted(result),
        random_split(result),
    )
    return Page(
        title=f"Learning {head.product}",
        lead=(
            f"Trained on {readable(plan.start)} to {readable(plan.end)}, tuned on {plan.folds} "
            f"rolling folds inside, and tested once on {readable(plan.test_start)} to "
            f"{readable(plan.test_end)}."
        ),
        head=head,
        sections=(
            Section(title="Worth", parts=parts),
            Section(title="Calibration", parts=(picture(result.calibration, caption=CALIBRATION),)),
            Section(title="Day by day", parts=(daily(result),)),
            Section(title="Search", parts=(search(result), parameters(result))),
            Section(title="Folds", parts=(folds(result),)),
        ),
    )


def facts(result: LearningResult) -> Facts:
    """Return the figures a reader should see first."""
    scores = ((name, score_text(score.solution.value)) for name, score in result.scores.items())
    rows = (("rows trained", f"{result.trained:,}"), ("rows tested", f"{result.tested:,}"))
    return Facts(items=(*scores, *rows))


def unlisted(result: LearningResult) -> tuple[Note, ...]:
    """Return a note of the outcomes that are labels which the specification does not list."""
    trained, tested = result.unlisted
    text = (
        f"{trained:,} outcomes of the training window and {tested:,} of the test window are labels "
        "that the specification does not list. No fit saw them; each counts as a miss in every "
        "score. The metric `unlisted` is their share."
    )
    return (Note(text=text, tone="warning"),) if trained or tested else ()


def scores(result: LearningResult) -> Table:
    """Return each metric of the solution beside the baseline's."""
    intervals = [
        Heading(name=name, kind="interval") for name in ("solution", "naive baseline", "gain")
    ]
    return Table(
        headings=(*text_headings("metric", "better"), *intervals),
        rows=tuple(
            (name, metric(name).direction, *map(cell, (s.solution, s.baseline, s.gain)))
            for name, s in result.scores.items()
        ),
        caption=(
            f"On the test window, with 95% intervals from {result.plan.repeats} samples of whole "
            "days; the gain is paired, and positive where the solution is better."
        ),
    )


def cell(interval: Interval) -> tuple[float, float, float]:
    """Return an interval as a table's cell."""
    return interval.value, interval.low, interval.high


def random_split(result: LearningResult) -> Note:
    """Return a note of what a random split would have claimed."""
    honest = {name: score.solution.value for name, score in result.scores.items()}
    pairs = ", ".join(
        f"`{name}` {score_text(claimed, honest[name])} instead of "
        f"{score_text(honest[name], claimed)}"
        for name, claimed in result.shuffled.items()
    )
    return Note(text=f"A random split of the same rows would have claimed {pairs}.", tone="warning")


def daily(result: LearningResult) -> Lines:
    """Return one metric by day."""
    x = [day.start for day in result.daily]
    return Lines(
        caption="Each day of the test window. No training saw any of it.",
        series=(
            Line(name="solution", x=x, y=[day.solution for day in result.daily]),
            Line(name="naive baseline", x=x, y=[day.baseline for day in result.daily]),
        ),
        time=True,
        y=result.daily_metric,
    )


def search(result: LearningResult) -> Lines:
    """Return the value of each trial, and the best so far."""
    name = next(iter(result.scores))
    best = np.minimum if metric(name).direction == "lower" else np.maximum
    values = [trial.value for trial in result.tried]
    x = [trial.number + 1 for trial in result.tried]
    return Lines(
        caption="Mean over the folds; the first trial is the start as configured.",
        series=(
            Line(name="best so far", x=x, y=best.accumulate(values).tolist()),
            Line(name="trial", x=x, y=values),
        ),
        x="trial",
        y=name,
    )


def parameters(result: LearningResult) -> Table:
    """Return the parameters that were chosen, beside the start."""
    plan = result.plan
    return Table(
        headings=text_headings("parameter", "chosen", "start", "searched"),
        rows=tuple(
            (
                name,
                number(value),
                number(plan.params.get(name)),
                "yes" if name in plan.space else "no",
            )
            for name, value in result.params.items()
        ),
    )


def number(value: object) -> object:
    """Return a parameter as it is shown."""
    return f"{value:.4g}" if isinstance(value, float) else value


def folds(result: LearningResult) -> Table:
    """Return the windows of the folds, then of the final fit and its test."""
    names = ("trained from", "trained to and known by", "tested to")
    rows = tuple((readable(f.start), readable(f.cut), readable(f.end)) for f in result.plan.rolling)
    last = result.plan
    test = (
        readable(last.start),
        readable(last.end),
        f"{readable(last.test_start)} to {readable(last.test_end)}",
    )
    return Table(
        headings=text_headings(*names),
        rows=(*rows, test),
        caption="The last row is the final fit and its test.",
        total=True,
    )
