"""The report of lifecycles side by side as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.report.figure import Bar, Bars, Line, Lines
from contracts.report.page import Note, Page, Section
from contracts.score.metric.registry import metric
from production.backtest.evaluation_section import BASELINE
from production.backtest.pages import score_line, verdict_section
from production.backtest.ranking import SMOOTHED, behind
from production.backtest.score import NAIVE
from production.backtest.tables import comparison_table, limits_table, monthly_table, ranking_table

if TYPE_CHECKING:
    from contracts.report.page import Head
    from production.backtest.comparison import LifecycleComparison


def comparison_page(comparison: LifecycleComparison, head: Head) -> Page:
    """Return the page of a comparison."""
    notes = tuple(Note(text=note) for note in comparison.notes)
    limits = limits_table(comparison)
    cannot = (Section(title="What each cannot do", parts=(limits,)),) if limits.rows else ()
    return Page(
        title=f"What a lifecycle is worth to {comparison.product}",
        lead="The same history under each lifecycle, scored alike from outside.",
        head=head,
        sections=(
            verdict_section(comparison.verdict),
            Section(
                title="The best first",
                parts=(ranking_table(comparison), *_behind_the_best(comparison), *notes),
            ),
            Section(
                title="What each was worth",
                parts=(
                    comparison_table(comparison),
                    _lifecycles_by_month(comparison),
                    _gains(comparison),
                ),
            ),
            *cannot,
            *(
                Section(title=f"{name}, month by month", parts=(monthly_table(run.result),))
                for name, run in comparison.lifecycles.items()
            ),
        ),
    )


def _behind_the_best(comparison: LifecycleComparison) -> tuple[Lines, ...]:
    """Return how far each was behind the best over time, a line for each; none if that is unknown.

    It takes a metric that is a mean of losses, and more than a month.
    """
    best, *others = comparison.ranking
    runs = {name: each.result for name, each in comparison.lifecycles.items()}
    main = metric(comparison.metrics[0])
    lines = []
    for name in others:
        one, other = runs[name].run.predictions, runs[best].run.predictions
        known = behind(one, other, main, offset=runs[name].offset)
        if known is not None:
            lines.append(Line(name=name, x=known[0].tolist(), y=known[1].tolist()))
    figure = Lines(
        caption=f"How far each was behind {best} in {main.name}, over the {SMOOTHED} days before.",
        y=f"behind in {main.name}",
        time=True,
        margin=comparison.verdict.margin.value,
        series=tuple(lines),
    )
    return (figure,) if lines else ()


def _lifecycles_by_month(comparison: LifecycleComparison) -> Lines:
    """Return the main metric by month, a line for each lifecycle and the naive baseline."""
    main, runs = comparison.metrics[0], comparison.lifecycles
    served = [score_line(run.result, "served", name=name) for name, run in runs.items()]
    naive = score_line(next(iter(runs.values())).result, NAIVE, name=BASELINE)
    return Lines(
        caption=f"{main} of what was served, by month; equal ones lie on each other.",
        y=main,
        time=True,
        margin=comparison.verdict.margin.value,
        series=(*served[::-1], naive),
    )


def _gains(comparison: LifecycleComparison) -> Bars:
    """Return each lifecycle's gain in the main metric, with its interval.

    It is over the lifecycle that all are compared with; of a single one, over the baseline.
    """
    main = comparison.metrics[0]
    others = {name: run for name, run in comparison.lifecycles.items() if run.against != NAIVE}
    runs = others or comparison.lifecycles
    against = next((run.against for run in others.values()), f"the {BASELINE}")
    intervals = [run.gain[main] for run in runs.values()]
    return Bars(
        caption=f"Gain in {main} against {against}, with 95% intervals; above 0 is better, and "
        "within the band it has no meaning.",
        y=f"gain in {main}",
        size="half",
        labels=tuple(runs),
        series=(
            Bar(
                name="gain",
                values=[interval.value for interval in intervals],
                low=[interval.low for interval in intervals],
                high=[interval.high for interval in intervals],
            ),
        ),
        reference=0.0,
        margin=comparison.verdict.margin.value,
    )
