"""The report of a draft, for the people who will publish it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.document import write as document
from contracts.moment import iso
from contracts.report.page import Code, Facts, Note, Page, Section
from contracts.show.card import card_sections
from contracts.show.document import sections

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.report.page import Head

NEXT_STEP = (
    "Nothing is published. A person does that: `python -m contracts product={} task=publish`."
)


def page(draft: Contract, *, recorded: Golden, events: int, head: Head) -> Page:
    """Return the page of a draft.

    Args:
        draft: The draft, read back.
        recorded: Its golden set.
        events: How many events were checked against its input schema.
        head: What made the report.
    """
    learning = draft.learning
    facts = (
        ("events that conform", f"{events:,}"),
        ("golden rows", f"{recorded.rows.num_rows:,}"),
        ("inputs", str(recorded.rows.num_columns)),
    )
    return Page(
        title=f"Draft of the contract {draft.product} {draft.version}",
        lead=(
            f"What research promises of {draft.product}, learned from {iso(learning.start)} to "
            f"{iso(learning.end)} and observed from {iso(learning.test_start)} to "
            f"{iso(learning.test_end)}."
        ),
        head=head,
        sections=(
            Section(
                title="Draft",
                parts=(Facts(items=facts), Note(text=NEXT_STEP.format(draft.product), tone="good")),
            ),
            *card_sections(draft),
            *sections(draft),
            Section(title="Terms", parts=(Code(text=document(draft)),)),
        ),
    )


def data(draft: Contract, *, recorded: Golden, events: int) -> dict[str, Any]:
    """Return what the page shows, for report.json."""
    return {
        "contract": {"version": draft.version, "digest": draft.digest},
        "provenance": msgspec.to_builtins(draft.provenance),
        "metrics": {term.name: msgspec.to_builtins(term) for term in draft.metrics},
        "clauses": [term.name for term in draft.clauses],
        "golden": recorded.rows.num_rows,
        "checked": events,
    }
