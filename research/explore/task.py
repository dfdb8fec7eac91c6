"""The task `explore`: one window of a product's history, looked at once, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.moment import duration
from contracts.report.write import write_report
from research.explore.findings import findings
from research.explore.page import page
from research.explore.sample import sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.kind import Predicted
    from contracts.ports import Source
    from contracts.report.page import Head


def explore(
    *,
    source: Source,
    target: Predicted,
    start: int,
    end: int,
    output: Path,
    head: Head,
    inputs: Sequence[str] | None = None,
    day_offset: str = "0",
) -> dict[str, Any]:
    """Write a report of a window's events and the outcomes known at its end; return its data.

    Args:
        source: Where the data come from.
        target: What the outcome is.
        start: Where the window begins, microseconds.
        end: Where it ends, and by when an outcome must have arrived to be seen.
        output: The folder of ``report.json`` and ``report.html``.
        head: What made the report.
        inputs: The features to look at; all that the source has unless given.
        day_offset: When the product's day begins, after midnight UTC.

    Raises:
        DataError: The window is empty, or an input is unknown.
        LeakError: The source hands over more than was known at the window's end.
    """
    rows = sample(source, target=target, start=start, end=end, inputs=inputs)
    found = findings(rows, start=start, end=end, offset=duration(day_offset))
    data: dict[str, Any] = msgspec.to_builtins(found)
    write_report(page(rows, found, head=head), data, output)
    return data
