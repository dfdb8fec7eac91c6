"""The draft of a contract, as a page for the people who will sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.document import write as document
from contracts.moment import iso
from contracts.report.page import Code, Facts, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract import Contract
    from contracts.contract.terms import Terms
    from contracts.golden import Golden
    from contracts.report.page import Head
    from contracts.schema.check import Check
    from contracts.schema.column import Column

#: Values of a closed set that a table names; the schema's file has them all.
NAMED = 8


def page(contract: Contract, *, terms: Terms, recorded: Golden, events: int, head: Head) -> Page:
    """Return the page of a draft."""
    learning = contract.learning
    return Page(
        title=f"Draft of the contract {contract.product} {contract.version}",
        lead=(
            f"What research promises of {contract.product}, learned from {iso(learning.start)} to "
            f"{iso(learning.end)} and observed from {iso(learning.test_start)} to "
            f"{iso(learning.test_end)}."
        ),
        head=head,
        sections=(
            Section(title="Promise", parts=(facts(recorded, events), metrics(terms), next_step())),
            Section(title="Equivalence", parts=(clauses(terms),)),
            Section(title="Input", parts=(columns(contract.input_columns),)),
            Section(title="Output", parts=(columns(contract.output_columns),)),
            Section(title="Terms", parts=(Code(text=document(terms)),)),
            Section(title="Provenance", parts=(origin(contract),)),
        ),
    )


def data(contract: Contract, *, terms: Terms, recorded: Golden, events: int) -> dict[str, Any]:
    """Return what the page shows, for machines."""
    return {
        "contract": {"version": contract.version, "digest": contract.digest},
        "provenance": msgspec.to_builtins(contract.provenance),
        "metrics": {term.name: msgspec.to_builtins(term) for term in terms.metrics},
        "clauses": [term.name for term in terms.clauses],
        "golden": recorded.rows.num_rows,
        "checked": events,
    }


def facts(recorded: Golden, events: int) -> Facts:
    """Return the counts a reader should see first."""
    return Facts(
        items=(
            ("events that conform", f"{events:,}"),
            ("golden rows", f"{recorded.rows.num_rows:,}"),
            ("inputs", str(recorded.rows.num_columns)),
        )
    )


def next_step() -> Note:
    """Return what a person does with a draft."""
    text = "Nothing is published. A person does that: `python -m contracts task=publish`."
    return Note(text=text, tone="good")


def metrics(terms: Terms) -> Table:
    """Return the metrics with what is promised and what was observed."""
    return Table(
        headings=(
            Heading(name="metric"),
            Heading(name="better"),
            Heading(name="threshold", kind="number"),
            Heading(name="observed", kind="interval"),
            Heading(name="skill", kind="number"),
        ),
        rows=tuple(
            (t.name, t.direction, t.threshold, (o.value, o.low, o.high), t.skill)
            for t in terms.metrics
            for o in [t.observed]
        ),
        caption=(
            "Thresholds hold on the test window; skill is the least gain over the naive baseline "
            "on rolling data. Intervals are 95 %, from samples of whole days."
        ),
    )


def clauses(terms: Terms) -> Table:
    """Return the clauses with their tolerances."""
    return Table(
        headings=tuple(Heading(name=name) for name in ("clause", "compares", "tolerance")),
        rows=tuple((t.name, t.pair, ", ".join(spelt(t.tolerance)) or None) for t in terms.clauses),
    )


def spelt(tolerance: dict[str, Any], *words: str) -> Iterator[str]:
    """Yield each figure of a tolerance with the words that lead to it."""
    for name, value in tolerance.items():
        if isinstance(value, dict):
            yield from spelt(value, *words, name)
        else:
            yield " ".join((*words, name, str(value)))


def columns(given: tuple[Column, ...]) -> Table:
    """Return the columns of a schema."""
    return Table(
        headings=tuple(Heading(name=n) for n in ("column", "kind", "null", "checks", "meaning")),
        rows=tuple(
            (c.name, c.kind, "yes" if c.nullable else "no", checks(c), c.description or None)
            for c in given
        ),
    )


def checks(column: Column) -> str:
    """Return a column's checks in few words."""
    return "; ".join(said(check) for check in column.checks)


def said(check: Check) -> str:
    """Return one check in few words, a long set by its first values."""
    values = check.args.get("allowed_values")
    if values is None:
        return " ".join([check.name, *map(str, check.args.values())])
    more = f" and {len(values) - NAMED} more" if len(values) > NAMED else ""
    return f"one of {', '.join(map(str, values[:NAMED]))}{more}"


def origin(contract: Contract) -> Table:
    """Return where the draft comes from."""
    found = contract.provenance
    rows = (
        ("digest of the normative part", contract.digest),
        ("commit", found.commit),
        ("digest of the data", found.data),
        ("created", found.created),
        ("seed", str(found.seed)),
        *((f"version of {name}", number) for name, number in found.libraries.items()),
    )
    return Table(headings=(Heading(name="what"), Heading(name="value")), rows=rows)
