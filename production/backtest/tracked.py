"""The files of a run that a pipeline tracks: the same bytes for the same run, so no durations."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from contracts.host.durable import write_file
from contracts.report.write import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from production.backtest.result import Result
    from production.backtest.score import Month

METRICS, MONTHS = "metrics.json", "plots/months.csv"


def track(found: Result, folder: Path) -> None:
    """Write ``metrics.json`` and ``plots/months.csv`` into a folder."""
    (folder / MONTHS).parent.mkdir(parents=True, exist_ok=True)
    write_file(folder / METRICS, to_json(metrics(found)))
    write_file(folder / MONTHS, months(found.months, found.metrics[0]))


def metrics(found: Result) -> dict[str, Any]:
    """Return the figures that one run is compared with another by; intervals: the report."""
    run = found.run
    return {
        **{
            side: {name: each.value for name, each in scores.items()}
            for side, scores in found.overall.items()
        },
        "events": len(run.requests),
        "outcomes": len(run.judged.times),
        "generations": len(run.generations),
        "trainings": len(run.trainings),
    }


def months(rows: Sequence[Month], metric: str) -> bytes:
    """Return one metric by month, of what was served and of what it is compared with, as CSV."""
    sides = ("served", "still", "naive")
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("month", *sides))
    writer.writerows((row.month, *(row.metrics[side][metric] for side in sides)) for row in rows)
    return written.getvalue().encode()
