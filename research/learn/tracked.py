"""The files that a pipeline tracks: the same bytes for the same result, so no durations."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.durable import write_file
from contracts.moment import iso
from contracts.report.write import to_json
from research.learn.result import RESULT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from research.learn.result import Result

METRICS, PLOTS = "metrics.json", "plots"


def track(found: Result, folder: Path) -> None:
    """Write ``result.json``, ``metrics.json`` and ``plots/*.csv`` into a folder."""
    plots = folder / PLOTS
    plots.mkdir(parents=True, exist_ok=True)
    write_file(folder / RESULT, to_json(found))
    write_file(folder / METRICS, to_json(metrics(found)))
    bins = [msgspec.to_builtins(each) for each in found.calibration]
    days = [{"day": iso(each.start), **msgspec.to_builtins(each)} for each in found.daily]
    tried = sorted(found.trials, key=lambda trial: trial.number)
    trials = [{"trial": each.number, "value": each.value, **each.params} for each in tried]
    for name, rows in (("calibration", bins), ("daily", days), ("trials", trials)):
        write_file(plots / f"{name}.csv", table(rows))


def metrics(found: Result) -> dict[str, Any]:
    """Return the figures that one learning is compared with another by; intervals: the result."""
    return {
        "solution": {name: score.solution.value for name, score in found.scores.items()},
        "baseline": {name: score.baseline.value for name, score in found.scores.items()},
        "gain": {name: score.gain.value for name, score in found.scores.items()},
        "random_split": found.shuffled,
        "rows": {"trained": found.trained, "tested": found.tested},
    }


def table(rows: Iterable[dict[str, Any]]) -> bytes:
    """Return rows of one shape as CSV."""
    listed = [*rows]
    written = StringIO()
    writer = csv.DictWriter(written, fieldnames=[*listed[0]] if listed else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return written.getvalue().encode()
