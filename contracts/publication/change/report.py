"""The report of a comparison: what changed, whom it breaks, which version it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.publication.change.bump import bump, needed, next_version, suffices, verdict
from contracts.report.page import Facts, Head, Note, Page, Part, Section
from contracts.report.table import NOTHING, Table, text_headings
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.publication.change.change import Change

HEADINGS = text_headings("where", "what changes", "consumer", "implementer", "why")
#: What a person compared, as named on the command line, and the version of that contract.
Named = tuple[str, str]


def table(changes: Sequence[Change]) -> Table:
    """Return the changes as a table: where, what, whom it breaks, why."""
    rows = []
    for each in changes:
        sides = (each.rule.consumer, each.rule.implementer)
        breaks = ("breaks" if broken else NOTHING for broken in sides)
        rows.append((each.place, each.what, *breaks, each.rule.reason))
    return Table(headings=HEADINGS, rows=tuple(rows))


def plain(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Return the changes as plain data, for report.json."""
    return [
        {
            "area": each.rule.area,
            "rule": each.rule.name,
            "where": each.where,
            "change": each.rule.change,
            "detail": each.detail,
            "consumer": each.rule.consumer,
            "implementer": each.rule.implementer,
            "bump": each.rule.bump,
            "reason": each.rule.reason,
            "old": msgspec.to_builtins(each.old),
            "new": msgspec.to_builtins(each.new),
        }
        for each in changes
    ]


def summary(changes: Sequence[Change], *, old: Named, new: Named) -> str:
    """Return the verdict of a comparison in a line."""
    compared = f"{_label(old)} → {_label(new)}: {verdict(changes)}"
    return f"{compared}; {_version_advice(changes, old, new)}" if changes else compared


def page(changes: Sequence[Change], *, old: Named, new: Named, head: Head) -> Page:
    """Return the report's page."""
    facts = (
        ("from", _label(old)),
        ("to", _label(new)),
        ("breaks the consumer", str(sum(each.rule.consumer for each in changes))),
        ("breaks the implementer", str(sum(each.rule.implementer for each in changes))),
        ("bump", needed(changes)),
    )
    harmless = needed(changes) in {"none", "patch"}
    note = Note(text=summary(changes, old=old, new=new), tone="good" if harmless else "warning")
    parts: list[Part] = [Facts(items=facts), *([table(changes)] if changes else []), note]
    return Page(
        title=f"Changes of the contract of {head.product}",
        lead="The consumer sends rows and reads predictions; the implementer makes them.",
        head=head,
        sections=(Section(title="Changes", parts=tuple(parts)),),
    )


def data(changes: Sequence[Change], *, old: Named, new: Named) -> dict[str, Any]:
    """Return what the page shows, for report.json."""
    return {
        "old": {"named": old[0], "version": old[1]},
        "new": {"named": new[0], "version": new[1]},
        "bump": needed(changes),
        "version": next_version(old[1], changes),
        "changes": plain(changes),
    }


def _version_advice(changes: Sequence[Change], old: Named, new: Named) -> str:
    """Return which version the newer side needs, and whether it has it."""
    least = next_version(old[1], changes)
    if Version.parse(new[1]) < Version.parse(old[1]):
        return f"it would be {least}"
    if suffices(bump(old[1], new[1]), needed(changes)):
        return f"{new[1]} says so"
    return f"{new[1]} does not say so: it must be {least} or higher"


def _label(side: Named) -> str:
    name, version = side
    return name if name == version else f"{name} ({version})"
