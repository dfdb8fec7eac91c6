"""The tables of a backtest: one run month by month, and lifecycles side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from contracts.data.calendar import months
from contracts.report.table import NOTHING, Heading, Table, cell_text, text_headings
from production.backtest.score import NAIVE, SIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.score.bootstrap import Interval
    from production.backtest.comparison import ComparedRun, LifecycleComparison
    from production.backtest.result import RunResult
    from production.registry.trainings import Training


#: The verdicts on a training whose model does not serve, in the order in which they are shown.
UNPROMOTED = ("refused", "undecided", "failed")


def monthly_table(result: RunResult) -> Table:
    """Return a run month by month, with all months in the last row.

    The first metric is shown for what was served, for the first generation and for the naive
    baseline; the other metrics for what was served. Invalid requests, and outcomes that the
    contract does not list, are counted where there were any.
    """
    main, *others = result.metrics
    invalid = result.run.invalid.times.tolist()
    unlisted = sum(month.unlisted for month in result.months)
    by_month: dict[str, list[Training]] = {month.month: [] for month in result.months}
    for training in result.run.trainings:
        requested = months(np.array([training.requested_at]), result.offset)
        by_month.setdefault(str(requested[0]), []).append(training)
    rows = [
        (
            month.month,
            month.events,
            *([month.invalid] if invalid else []),
            month.outcomes,
            *([month.unlisted] if unlisted else []),
            *(month.metrics[side][main] for side in SIDES),
            *(month.metrics["served"][name] for name in others),
            sum(training.verdict == "promoted" for training in by_month[month.month]),
            _refreshes(by_month[month.month]),
        )
        for month in result.months
    ]
    total = (
        "all",
        sum(month.events for month in result.months),
        *([len(invalid)] if invalid else []),
        sum(month.outcomes for month in result.months),
        *([unlisted] if unlisted else []),
        *(result.overall[side][main].value for side in SIDES),
        *(result.overall["served"][name].value for name in others),
        len(result.run.generations),
        _refreshes(result.run.trainings),
    )
    numbers = (main, "static", "naive", *others)
    return Table(
        headings=(
            Heading(name="month"),
            Heading(name="events", kind="count"),
            *([Heading(name="invalid", kind="count")] if invalid else []),
            Heading(name="outcomes", kind="count"),
            *([Heading(name="unlisted", kind="count")] if unlisted else []),
            *(Heading(name=name, kind="number") for name in numbers),
            Heading(name="promoted", kind="count"),
            Heading(name="refreshes"),
        ),
        rows=(*rows, total),
        caption=(
            f"{main} of what was served, of a static first generation, and of the naive "
            "baseline. scored_by: report, with the full history."
        ),
        total=True,
    )


def _refreshes(trainings: Sequence[Training]) -> str:
    """Return what caused trainings, and what came of them: ``schedule 4, refused 1, failed 2``."""
    counts = Counter(training.reason.partition(":")[0] for training in trainings)
    counts += verdicts(trainings)
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def verdicts(trainings: Sequence[Training]) -> Counter[str]:
    """Return how many trainings the gate refused or could not judge, and how many failed."""
    found = Counter[str](training.verdict for training in trainings)
    return Counter({name: found[name] for name in UNPROMOTED if found[name]})


def comparison_table(comparison: LifecycleComparison) -> Table:
    """Return a comparison as one table: a column for each lifecycle, a row for each criterion."""
    runs, main = comparison.lifecycles, comparison.metrics[0]
    naive = next(iter(runs.values())).result.overall[NAIVE]
    scores = [
        (
            metric,
            *(_interval(run.result.overall["served"][metric]) for run in runs.values()),
            _interval(naive[metric]),
        )
        for metric in comparison.metrics
    ]
    criteria: dict[str, Callable[[ComparedRun], str]] = {
        f"gain in {main}": lambda run: _interval(run.gain[main]),
        "against": lambda run: run.against,
        f"{main} it knew of": lambda run: _number(run.result.known.get(main)),
        "generations made": lambda run: f"{len(run.result.run.generations)}",
        "trainings": lambda run: f"{len(run.result.run.trainings)}",
        "of which not promoted": lambda run: _verdicts(run.result.run.trainings),
        "training seconds": lambda run: f"{run.result.training_seconds:.1f}",
        "anti-patterns": lambda run: _heads(run.result.anti_patterns),
        "does without": lambda run: _heads(run.result.cannot),
    }
    rows = [
        (name, *(cell(run) for run in runs.values()), NOTHING) for name, cell in criteria.items()
    ]
    return Table(
        headings=text_headings("", *runs, NAIVE),
        rows=(*scores, *rows),
        caption=(
            "Served over the whole period, with 95% day-block bootstrap intervals; the gain is "
            "paired by day. scored_by: report, with the full history."
        ),
    )


def limits_table(comparison: LifecycleComparison) -> Table:
    """Return the anti-patterns of each lifecycle and what it cannot do, with the reasons."""
    rows = []
    for name, run in comparison.lifecycles.items():
        limits = [("anti-pattern", reason) for reason in run.result.anti_patterns]
        limits += [("cannot", reason) for reason in run.result.cannot]
        rows += [(name, *limit) for limit in limits or [("cannot", NOTHING)]]
    return Table(
        headings=text_headings("lifecycle", "what", "why"),
        rows=tuple(rows),
    )


def _interval(interval: Interval) -> str:
    # A line break before the bounds and none inside: five columns fit a terminal of a hundred.
    cell = (interval.value, interval.low, interval.high)
    shown = cell_text(cell, Heading(name="", kind="interval"))
    return shown.replace(" [", "\n[").replace(", ", ",\N{NO-BREAK SPACE}")


def _verdicts(trainings: Sequence[Training]) -> str:
    counts = verdicts(trainings).items()
    return ", ".join(f"{name} {count}" for name, count in counts) or NOTHING


def _number(value: float | None) -> str:
    return cell_text(value, Heading(name="", kind="number"))


def _heads(reasons: tuple[str, ...]) -> str:
    """Return what stands before each reason's colon: the reasons themselves are in the report."""
    heads = (reason.partition(":")[0].removeprefix("no ") for reason in reasons)
    return ", ".join(heads) or NOTHING
