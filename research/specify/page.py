"""The draft of a contract, as a page for the people who will sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.document import write as document
from contracts.moment import iso
from contracts.report.page import Code, Facts, Note, Page, Section
from contracts.show.document import sections

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.contract.terms import Terms
    from contracts.report.page import Head


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
            Section(title="Draft", parts=(facts(recorded, events), next_step())),
            *sections(contract),
            Section(title="Terms", parts=(Code(text=document(terms)),)),
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
