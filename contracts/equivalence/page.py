"""The report of a proof: which clauses hold, and by which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.report.page import Facts, Head, Note, Page, Section
from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.contract import Contract
    from contracts.equivalence.verdict import Verdict

HEADINGS = (
    Heading(name="clause"),
    Heading(name="pair"),
    Heading(name="verdict"),
    Heading(name="observed", kind="number", digits=6),
    Heading(name="limit", kind="number", digits=6),
    Heading(name="finding"),
)


def table(verdicts: Sequence[Verdict]) -> Table:
    """Return the verdicts as a table, one clause a row."""
    rows = tuple(
        (v.clause, v.pair, v.outcome.replace("_", " "), v.observed, v.limit, v.message)
        for v in verdicts
    )
    return Table(headings=HEADINGS, rows=rows)


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return the proof in words: ``equivalent`` only when no clause failed and one was run."""
    run = [v for v in verdicts if v.outcome != "not_run"]
    left = len(verdicts) - len(run)
    unrun = f", {left} not run" if left else ""
    broken = [v.clause for v in run if v.failed]
    if broken:
        return f"not equivalent: {', '.join(broken)}"
    return f"equivalent by {len(run)} clauses{unrun}" if run else "nothing proven"


def page(contract: Contract, verdicts: Sequence[Verdict], head: Head) -> Page:
    """Return the report's page."""
    failed = any(v.failed for v in verdicts)
    evidence = tuple(_evidence(v) for v in verdicts if v.evidence)
    facts = (
        ("contract", f"{contract.product} {contract.version}"),
        ("digest", contract.digest[:12]),
    )
    return Page(
        title=f"Equivalence of {contract.product}",
        lead="Production's implementation, as served, held to the contract.",
        head=head,
        sections=(
            Section(
                title="Verdicts",
                parts=(
                    table(verdicts),
                    Note(text=summary(verdicts), tone="warning" if failed else "good"),
                    Facts(items=facts),
                ),
            ),
            Section(title="Evidence", parts=evidence),
        ),
    )


def data(contract: Contract, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return what a machine reads of a proof."""
    return {
        "contract": {"version": contract.version, "digest": contract.digest},
        "summary": summary(verdicts),
        "verdicts": [msgspec.to_builtins(v) for v in verdicts],
    }


def _evidence(verdict: Verdict) -> Table:
    rows = tuple((name, _short(value)) for name, value in verdict.evidence.items())
    return Table(
        headings=(Heading(name="evidence"), Heading(name="found")),
        rows=rows,
        caption=verdict.clause,
    )


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}…"
