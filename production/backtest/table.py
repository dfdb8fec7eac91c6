"""The table of a run, month by month."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from contracts.data.calendar import months
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.score.bootstrap import Interval
    from production.backtest.lifecycle_run import LifecycleRun
    from production.backtest.score import Month
    from production.registry.trainings import Training


def by_month(
    run: LifecycleRun,
    rows: Sequence[Month],
    overall: dict[str, dict[str, Interval]],
    *,
    metrics: Sequence[str],
    offset: int,
) -> Table:
    """Return the run as a table.

    Args:
        run: What came of the run.
        rows: Its months.
        overall: Its metrics over all months.
        metrics: Names of the metrics; the first is shown for all three predictors.
        offset: When a day begins, microseconds after midnight UTC.
    """
    main, *others = metrics
    refreshes = _by_month(run.trainings, offset)
    lines = [
        (
            month.month,
            month.events,
            month.outcomes,
            *(month.metrics[side][main] for side in ("served", "still", "naive")),
            *(month.metrics["served"][name] for name in others),
            sum(training.verdict == "promoted" for training in refreshes.get(month.month, ())),
            _words(refreshes.get(month.month, ())),
        )
        for month in rows
    ]
    lines.append(_total(run, rows, overall, metrics))
    return Table(
        headings=_headings(main, others),
        rows=tuple(lines),
        caption=(
            f"{main} of what was served, of the first generation held still, and of the naive "
            "baseline. scored_by: report, with the full history."
        ),
        total=True,
    )


def _headings(main: str, others: Sequence[str]) -> tuple[Heading, ...]:
    return (
        Heading(name="month"),
        Heading(name="events", kind="count"),
        Heading(name="outcomes", kind="count"),
        Heading(name=main, kind="number"),
        Heading(name="held still", kind="number"),
        Heading(name="naive", kind="number"),
        *(Heading(name=name, kind="number") for name in others),
        Heading(name="made", kind="count"),
        Heading(name="refreshes"),
    )


def _total(
    run: LifecycleRun,
    rows: Sequence[Month],
    overall: dict[str, dict[str, Interval]],
    metrics: Sequence[str],
) -> tuple[object, ...]:
    main, *others = metrics
    return (
        "all",
        sum(month.events for month in rows),
        sum(month.outcomes for month in rows),
        *(overall[side][main].value for side in ("served", "still", "naive")),
        *(overall["served"][name].value for name in others),
        len(run.generations),
        _words(run.trainings),
    )


def _by_month(trainings: Sequence[Training], offset: int) -> dict[str, list[Training]]:
    found: dict[str, list[Training]] = {}
    for training in trainings:
        month = str(months(np.array([training.requested_at]), offset)[0])
        found.setdefault(month, []).append(training)
    return found


def _words(trainings: Sequence[Training]) -> str:
    """Return what asked for refreshes, and how many were refused: ``schedule 4, refused 1``."""
    reasons = Counter(training.reason.partition(":")[0] for training in trainings)
    refused = sum(training.verdict != "promoted" for training in trainings)
    words = [f"{reason} {count}" for reason, count in reasons.items()]
    return ", ".join([*words, f"refused {refused}"] if refused else words)
