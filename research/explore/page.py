"""What was found in the data, as a page for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import iso
from contracts.report.page import Facts, Note, Page, Section
from contracts.report.table import Heading, Table
from research.explore import panels
from research.explore.distribution import distribution
from research.explore.drift import SHIFT, WATCH

if TYPE_CHECKING:
    from contracts.report.page import Head, Part
    from research.explore.findings import Findings
    from research.explore.sample import Sample

MEANING = (
    "Population stability index of each month against the first, over tenths of the first month's "
    f"values (Siddiqi 2006): from {WATCH:g} a change to watch, from {SHIFT:g} a shift."
)


def page(sample: Sample, found: Findings, *, head: Head) -> Page:
    """Return the page of a sample and of what was found in it."""
    share = sample.target.kind != "regression"
    categories = tuple(panels.categories(found, share=share))
    pictures = tuple(distribution(sample, name) for name in sample.inputs)
    sections: dict[str, tuple[Part, ...]] = {
        "Rows": (facts(found, share=share), features(sample, found)),
        "Target over time": (panels.monthly(found), panels.weekly(found, share=share)),
        "Target by category": categories,
        "Arrival of outcomes": (panels.arrival(found), panels.lags(sample)),
        "Missing values and drift": moved(found),
        "Distributions by outcome": pictures,
    }
    return Page(
        title=f"Exploring {head.product}",
        lead=(
            f"Events from {iso(found.start)} to {iso(found.end)}, with the outcomes that had "
            "arrived by then. Nothing later was looked at."
        ),
        head=head,
        sections=tuple(Section(title=title, parts=p) for title, p in sections.items() if p),
    )


def moved(found: Findings) -> tuple[Part, ...]:
    """Return what is missing, and what moved if there are months to compare."""
    if not any(found.drift.values()):
        return (panels.missing(found),)
    return (panels.missing(found), panels.drift(found), Note(text=MEANING))


def facts(found: Findings, *, share: bool) -> Facts:
    """Return the counts a reader should see first."""
    means = [(n, f"{v:.1%}" if share else f"{v:.4g}") for n, v in found.overall.items()]
    return Facts(
        items=(
            ("events", f"{found.events:,}"),
            ("with an outcome", f"{found.outcomes / found.events:.1%}"),
            *means[:4],
            ("keys", f"{found.keys:,}"),
        )
    )


def features(sample: Sample, found: Findings) -> Table:
    """Return one row a feature: its type, what is missing, how it spreads, how it moved."""
    nothing = (None, None, None)
    rows = tuple(
        (
            name,
            str(sample.table[name].type),
            len(sample.table[name].drop_null().unique()),
            float(sample.missing(name).mean()),
            *found.spread.get(name, nothing),
            max(found.drift[name].values(), default=None),
        )
        for name in sample.inputs
    )
    return Table(
        headings=(
            Heading(name="feature"),
            Heading(name="type"),
            Heading(name="values", kind="count"),
            Heading(name="missing", kind="share", digits=1),
            *(Heading(name=n, kind="number", digits=1) for n in ("least", "median", "most")),
            Heading(name="largest drift", kind="number", digits=2),
        ),
        rows=rows,
        caption="The inputs in the source's order; drift as explained below.",
    )
