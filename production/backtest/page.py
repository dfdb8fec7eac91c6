"""The report of one run, as a page: the table, the plots, and what the figures mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.data.calendar import middle_of_month
from contracts.equivalence.report.page import verdict_table
from contracts.lifecycle import describe
from contracts.report.figure import Line, Lines, Mark
from contracts.report.page import Code, Facts, Head, Note, Page, Section
from contracts.report.table import Heading, Table
from contracts.score.calibration import calibration, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.report.page import Part
    from production.backtest.proof import RunProof
    from production.backtest.result import Result
    from production.backtest.score import Month


CALIBRATION = "What was predicted against what happened, by tenths; lines are 95% intervals."


def page(result: Result, head: Head) -> Page:
    """Return the page of a run."""
    run = result.run
    description = describe(run.lifecycle)
    return Page(
        title=f"{result.product} under the {run.name} lifecycle",
        lead=lead(result),
        head=head,
        sections=(
            Section(title="Month by month", parts=(result.table, *warnings(result))),
            Section(title="How it did", parts=(over_time(result), *probabilities(result))),
            Section(title="Refreshes", parts=(refreshes(result),)),
            *([own(result)] if run.windows else []),
            *([proven(result.proof)] if result.proof else []),
            Section(
                title="The lifecycle",
                parts=(
                    Note(text=description.summary),
                    *(Note(text=f"It cannot: {what}.") for what in description.cannot),
                    Code(text=description.text),
                ),
            ),
        ),
    )


def lead(result: Result) -> str:
    """Return what the run was worth, in a sentence."""
    main = result.metrics[0]
    served, still, naive = (
        result.overall[side][main].value for side in ("served", "still", "naive")
    )
    count = len(result.months)
    time = f"{count} {'month' if count == 1 else 'months'}"
    return (
        f"Served over {time}: {main} {served:.4f}; the first generation held still {still:.4f}; "
        f"the naive baseline {naive:.4f}."
    )


def warnings(result: Result) -> list[Part]:
    """Return the lifecycle's anti-patterns and warnings as notes."""
    return [Note(text=text, tone="warning") for text in (*result.anti_patterns, *result.warnings)]


def over_time(result: Result) -> Lines:
    """Return the main metric by month, with the promotions marked."""
    main = result.metrics[0]
    sides = (("served", "served"), ("still", "held still"), ("naive", "naive baseline"))
    return Lines(
        caption=f"{main} by month; each mark is a promotion.",
        y=main,
        time=True,
        series=tuple(_line(result.months, side, name, main) for side, name in sides),
        marks=tuple(Mark(x=float(moment), label="promotion") for moment in result.run.promotions),
    )


def probabilities(result: Result) -> list[Part]:
    """Return how probabilities compare with what happened, where there are any."""
    if result.kind != "binary":
        return []
    judged = result.run.judged
    return [picture(calibration("binary", judged.truth, judged.served), caption=CALIBRATION)]


def refreshes(result: Result) -> Table:
    """Return every training: what asked for it, what it was trained on, what the gate found."""
    rows = tuple(
        (
            _day(each.requested_at),
            each.reason,
            each.rows,
            each.seconds,
            each.verdict,
            f"{each.release}/{each.generation}" if each.generation else None,
            str(each.detail.get("why", "")),
        )
        for each in result.run.trainings
    )
    return Table(
        headings=(
            Heading(name="asked"),
            Heading(name="because of"),
            Heading(name="rows", kind="count"),
            Heading(name="seconds", kind="number", digits=1),
            Heading(name="verdict"),
            Heading(name="generation"),
            Heading(name="finding"),
        ),
        rows=rows,
    )


def own(result: Result) -> Section:
    """Return what the lifecycle knew of itself while it ran."""
    main = result.metrics[0]
    windows = [window for window in result.run.windows if main in window.served]
    middles = [(window.start + window.end) / 2 for window in windows]
    series = (
        Line(name="served", x=middles, y=[window.served[main] for window in windows]),
        Line(name="naive baseline", x=middles, y=[window.baseline[main] for window in windows]),
    )
    figure = Lines(
        caption=f"{main} by evaluation window, as the evaluation agent scored it.",
        y=main,
        time=True,
        series=series,
    )
    text = "scored_by: evaluation agent, from outcomes as they arrived, late ones included."
    return Section(title="What it knew of itself", parts=(Note(text=text), figure))


def proven(proof: RunProof) -> Section:
    """Return what holds the two sides together, and what having two buys and costs."""
    joint = proof.liaison == "joint"
    facts = [
        ("one row, as served" if joint else "one row, production", f"{proof.candidate_us:.1f} µs")
    ]
    if proof.reference_us is not None:
        facts += [
            ("one row, research", f"{proof.reference_us:,.0f} µs"),
            ("ratio", f"1 / {proof.reference_us / proof.candidate_us:,.0f}"),
        ]
    return Section(
        title="Research's solution as served" if joint else "Two implementations",
        parts=(
            Facts(items=tuple(facts)),
            Note(text=proof.summary, tone="good"),
            *([Note(text=f"{proof.served[0].upper()}{proof.served[1:]}.")] if proof.served else []),
            verdict_table(proof.verdicts),
        ),
    )


def _line(months: Sequence[Month], side: str, name: str, metric: str) -> Line:
    middles = [middle_of_month(month.month) for month in months]
    return Line(name=name, x=middles, y=[month.metrics[side][metric] for month in months])


def _day(moment: int) -> str:
    return str(np.datetime64(moment, "us").astype("datetime64[D]"))
