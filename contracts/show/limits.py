"""What a contract's figures say was not seen: a model's behaviour there is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import DAY
from contracts.report.page import Note
from contracts.report.table import Heading, Table, text_headings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract import Contract
    from contracts.contract.card import Card, ColumnSeen
    from contracts.report.page import Part
    from contracts.schema.columns import Column

#: Rows of a label below which it is rare.
RARE = 30
#: The population stability index from which a column has shifted (Siddiqi 2006).
SHIFT = 0.25


def limits(contract: Contract, card: Card) -> tuple[Part, ...]:
    """Return a note for each limit that the figures show, and a table of the columns."""
    notes = (_time(contract), *_labels(contract, card), *_outcomes(card), _drift(card))
    return (*notes, _columns(contract, card))


def _time(contract: Contract) -> Note:
    learning = contract.learning
    days = (learning.end - learning.start) // DAY
    tested = (learning.test_end - learning.test_start) // DAY
    text = f"Trained on {days} days and tested on {tested}: what changes over longer was not seen."
    return Note(text=text)


def _labels(contract: Contract, card: Card) -> Iterator[Note]:
    rare = [
        f"`{label}` {count:,}"
        for label, count in zip(contract.labels, card.training.labels, strict=False)
        if count < RARE
    ]
    if rare:
        text = f"Labels with fewer than {RARE} rows of training: {', '.join(rare)}."
        yield Note(text=text, tone="warning")
    trained, tested = card.training.unlisted, card.test.unlisted
    if trained or tested:
        text = (
            f"Outcomes with a label that is not listed: {trained:,} of training, {tested:,} of the "
            "test. No fit saw them, each counts as a miss."
        )
        yield Note(text=text, tone="warning")


def _outcomes(card: Card) -> Iterator[Note]:
    for name, rows in (("training", card.training), ("the test", card.test)):
        if absent := rows.events - rows.outcomes:
            share = absent / rows.events
            yield Note(text=f"{share:.1%} of the events of {name} had no outcome at its end.")


def _drift(card: Card) -> Note:
    moved = [f"`{each.name}` {each.moved:.2f}" for each in card.columns if each.moved >= SHIFT]
    if moved:
        text = f"Columns that shifted between training and test: {', '.join(moved)}."
        return Note(text=text, tone="warning")
    text = (
        f"No column shifted between training and test (index below {SHIFT:g}): how the solution "
        "does after a shift was not measured."
    )
    return Note(text=text)


def _columns(contract: Contract, card: Card) -> Table:
    declared = {column.name: column for column in contract.input_columns}
    shares = [Heading(name=name, kind="share", digits=1) for name in ("null", "beyond in test")]
    return Table(
        headings=(
            *text_headings("column", "allowed", "seen in training"),
            *shares,
            Heading(name="shift", kind="number", digits=2),
        ),
        rows=tuple(
            (
                f"`{each.name}`",
                allowed_range(declared[each.name]),
                seen(each),
                each.missing,
                each.outside,
                each.moved,
            )
            for each in card.columns
            if each.name in declared
        ),
        caption=(
            "What the schema allows beside what training had; the share of null in training, and "
            "of the test's rows beyond it; the population stability index of test against training."
        ),
    )


def allowed_range(column: Column) -> str:
    """Return what a column's schema allows: its bounds, or how many values a closed set has."""
    if column.values:
        return f"{len(column.values)} values"
    bounds = {
        check.name: next(iter(check.args.values()))
        for check in column.checks
        if check.name in {"ge", "gt", "le", "lt"}
    }
    least, most = (
        next((f"{bounds[name]:g}" for name in names if name in bounds), "")
        for names in (("ge", "gt"), ("le", "lt"))
    )
    return f"{least or '…'} to {most or '…'}" if least or most else "any"


def seen(column: ColumnSeen) -> str:
    """Return what the training window held of a column."""
    if column.values is not None:
        return f"{column.values:,} values"
    if column.least is None or column.most is None:
        return "nothing"
    return f"{column.least:.5g} to {column.most:.5g}"
