"""The report of a comparison, as a page: one table, one picture, and what sets them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.calendar import middle_of_month
from contracts.report.figure import Bar, Bars, Line, Lines
from contracts.report.page import Note, Page, Section
from production.backtest.beside import beside, limits

if TYPE_CHECKING:
    from contracts.report.page import Head
    from production.backtest.comparison import Comparison


def page(found: Comparison, head: Head) -> Page:
    """Return the page of a comparison."""
    notes = tuple(Note(text=note) for note in found.notes)
    monthly = tuple(
        Section(title=f"{name}, month by month", parts=(each.result.table,))
        for name, each in found.lifecycles.items()
    )
    return Page(
        title=f"What a lifecycle is worth to {found.product}",
        lead="The same history under each lifecycle, scored alike from outside.",
        head=head,
        sections=(
            Section(title="What each was worth", parts=(beside(found), *notes)),
            Section(title="In pictures", parts=(over_time(found), gained(found))),
            Section(title="What each cannot do", parts=(limits(found),)),
            *monthly,
        ),
    )


def over_time(found: Comparison) -> Lines:
    """Return the main metric by month, a line for each lifecycle and the naive baseline."""
    main = found.metrics[0]
    results = {name: each.result for name, each in found.lifecycles.items()}
    first = next(iter(results.values()))
    x = [middle_of_month(month.month) for month in first.months]
    served = tuple(
        Line(name=name, x=x, y=[month.metrics["served"][main] for month in each.months])
        for name, each in results.items()
    )
    naive = Line(
        name="naive baseline", x=x, y=[month.metrics["naive"][main] for month in first.months]
    )
    return Lines(
        caption=f"{main} of what was served, by month; equal ones lie on each other.",
        y=main,
        time=True,
        series=(*served[::-1], naive),
    )


def gained(found: Comparison) -> Bars:
    """Return each lifecycle's gain in the main metric, with its interval."""
    main = found.metrics[0]
    held = {name: each for name, each in found.lifecycles.items() if each.against != "naive"}
    against = next((each.against for each in held.values()), "the naive baseline")
    intervals = [each.gain[main] for each in held.values()]
    return Bars(
        caption=f"Gain in {main} against {against}, with 95% intervals; above 0 is better.",
        y=f"gain in {main}",
        size="half",
        labels=tuple(held),
        series=(
            Bar(
                name="gain",
                values=[interval.value for interval in intervals],
                low=[interval.low for interval in intervals],
                high=[interval.high for interval in intervals],
            ),
        ),
        reference=0.0,
    )
