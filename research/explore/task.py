"""The task `explore`: reads one window of a product's history, and writes one page about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from contracts.moment import duration, iso
from contracts.report.page import Collapsible, Facts, Note, Page, Section
from contracts.report.write import write_report
from research.explore import figures
from research.explore.drift import SHIFT, WATCH
from research.explore.events import explored_events
from research.explore.findings import findings
from research.explore.table import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from contracts.kind import Predicted
    from contracts.ports import Source
    from contracts.report.page import Head, Part
    from contracts.report.table import Table
    from research.explore.events import ExploredEvents
    from research.explore.findings import Findings

MEANING = (
    "Population stability index of each month's whole weeks against the first's, over tenths of "
    f"its values (Siddiqi 2006): from {WATCH:g} a change to watch, from {SHIFT:g} a shift."
)

TOO_SHORT = "No drift is shown: the window has no two months of a week or more to compare."
TABLE = "`table.html` beside this page shows every column of {:,} of the {:,} rows."
#: A longer table is folded, and no table on the page has more rows than the second number.
LONG, LONGEST = 24, 200


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
    table: int | None = None,
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
        table: The most rows that ``table.html`` looks at; None writes none.

    Raises:
        DataError: The window is empty, or an input is unknown.
        MissingExtraError: ``table.html`` is asked for, and skrub is not installed.
        LeakError: The source hands over more than was known at the window's end.
    """
    events = explored_events(source, target=target, start=start, end=end, inputs=inputs)
    results = findings(events, start=start, end=end, offset=duration(day_offset))
    data: dict[str, Any] = msgspec.to_builtins(results)
    if table is not None:
        title = f"{head.product}, {iso(start)} to {iso(end)}"
        data["table_rows"] = write_table(events.table, output, title=title, rows=table)
    write_report(page(events, results, head=head, table=data.get("table_rows")), data, output)
    return data


def page(
    events: ExploredEvents, results: Findings, *, head: Head, table: int | None = None
) -> Page:
    """Return the page of some events and of what they show.

    Args:
        events: The events.
        results: What they show.
        head: What made the report.
        table: How many rows ``table.html`` beside it shows; None if there is none.
    """
    beside = () if table is None else (Note(text=TABLE.format(table, results.events)),)
    share = events.target.kind != "regression"
    sections: dict[str, tuple[Part, ...]] = {
        "Rows": (facts(results, share=share), *beside),
        "Target over time": (
            figures.by_week(results, share=share),
            *folded(figures.by_month(results), "The target by month"),
        ),
        "Target by category": tuple(figures.by_category(results, share=share)),
        "Inputs": folded(figures.features(events, results), "The inputs"),
        "Arrival of outcomes": (figures.lags(events.lags()), figures.arrival(results)),
        "Missing values and drift": missing_and_drift(results),
        "Distributions by outcome": tuple(
            figures.distribution(events, name) for name in events.inputs
        ),
    }
    return Page(
        title=f"Exploring {head.product}",
        lead=(
            f"Events from {iso(results.start)} to {iso(results.end)}, with the outcomes that had "
            "arrived by then. Nothing later was read."
        ),
        head=head,
        sections=tuple(Section(title=title, parts=p) for title, p in sections.items() if p),
    )


def folded(table: Table, title: str) -> tuple[Part, ...]:
    """Return a table; a long one cut and folded, so that it hides no picture."""
    rows = len(table.rows)
    if rows <= LONG:
        return (table,)
    shown = replace(table, rows=table.rows[:LONGEST])
    rest = f"{rows - LONGEST:,} more rows are in report.json."
    notes = (Note(text=rest),) if rows > LONGEST else ()
    return (Collapsible(title=f"{title}: {rows:,} rows", parts=(shown, *notes)),)


def facts(results: Findings, *, share: bool) -> Facts:
    """Return the counts a reader should see first."""
    means = [(n, f"{v:.1%}" if share else f"{v:.4g}") for n, v in results.overall.items()]
    return Facts(
        items=(
            ("events", f"{results.events:,}"),
            ("with an outcome", f"{results.outcomes / results.events:.1%}"),
            *means[:4],
            ("keys", f"{results.keys:,}"),
        )
    )


def missing_and_drift(results: Findings) -> tuple[Part, ...]:
    """Return what is missing, and how features moved if there are months to compare."""
    if not any(results.drift.values()):
        return (figures.missing(results), Note(text=TOO_SHORT))
    return (figures.missing(results), figures.drift(results), Note(text=MEANING))
