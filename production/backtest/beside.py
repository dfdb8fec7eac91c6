"""Lifecycles beside each other in one table: a column each, a row for all there is to weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.report.table import NOTHING, Heading, Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.score.bootstrap import Interval
    from production.backtest.comparison import Compared, Comparison

NUMBER = Heading(name="", kind="interval")
NAIVE = "naive"


def beside(found: Comparison) -> Table:
    """Return a comparison as one table."""
    each = found.lifecycles
    naive = next(iter(each.values())).result.overall[NAIVE]
    rows = [
        (
            metric,
            *(_text(one.result.overall["served"][metric]) for one in each.values()),
            _text(naive[metric]),
        )
        for metric in found.metrics
    ]
    main = found.metrics[0]
    rows += [
        _row(f"gain in {main}", found, lambda one: _text(one.gain[main])),
        _row("against", found, lambda one: one.against),
        _row(f"{main} it knew of", found, lambda one: _number(one.result.known.get(main))),
        _row("generations made", found, lambda one: f"{len(one.result.run.generations)}"),
        _row("trainings", found, lambda one: f"{len(one.result.run.trainings)}"),
        _row("training seconds", found, lambda one: f"{one.result.training_seconds:.1f}"),
        _row("anti-patterns", found, lambda one: _heads(one.result.anti_patterns)),
        _row("does without", found, lambda one: _heads(one.result.cannot)),
    ]
    return Table(
        headings=tuple(Heading(name=name) for name in ("", *each, NAIVE)),
        rows=tuple(rows),
        caption=(
            "Served over the whole period, with 95% day-block bootstrap intervals; the gain is "
            "paired by day. scored_by: report, with the full history."
        ),
    )


def limits(found: Comparison) -> Table:
    """Return what each lifecycle cannot do and which anti-patterns it holds, with the reasons."""
    rows = []
    for name, each in found.lifecycles.items():
        told = [("anti-pattern", reason) for reason in each.result.anti_patterns]
        told += [("cannot", reason) for reason in each.result.cannot]
        rows += [(name, *line) for line in told or [("cannot", NOTHING)]]
    return Table(
        headings=(Heading(name="lifecycle"), Heading(name="what"), Heading(name="why")),
        rows=tuple(rows),
    )


def _row(title: str, found: Comparison, cell: Callable[[Compared], str]) -> tuple[str, ...]:
    return (title, *(cell(each) for each in found.lifecycles.values()), NOTHING)


def _text(interval: Interval) -> str:
    # A line break before the bounds and none inside: five columns fit a terminal of a hundred.
    shown = cell_text((interval.value, interval.low, interval.high), NUMBER)
    return shown.replace(" [", "\n[").replace(", ", ",\N{NO-BREAK SPACE}")


def _number(value: float | None) -> str:
    return cell_text(value, Heading(name="", kind="number"))


def _heads(reasons: tuple[str, ...]) -> str:
    """Return what stands before each reason: the reasons themselves are in the report."""
    heads = (reason.partition(":")[0].removeprefix("no ") for reason in reasons)
    return ", ".join(heads) or NOTHING
