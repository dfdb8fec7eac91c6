"""The report of a comparison: what changed, whom it breaks, which version it must have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.publication.change.bump import bump, needed, next_version, suffices
from contracts.publication.change.table import data as plain
from contracts.publication.change.table import table, verdict
from contracts.report.page import Facts, Head, Note, Page, Section
from contracts.version import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.publication.change.change import Change

#: What a person named, and the version that it holds.
Named = tuple[str, str]


def summary(changes: Sequence[Change], *, old: Named, new: Named) -> str:
    """Return what the changes come to, in a line."""
    compared = f"{_named(old)} → {_named(new)}: {verdict(changes)}"
    return f"{compared}; {_asked(changes, old, new)}" if changes else compared


def page(changes: Sequence[Change], *, old: Named, new: Named, head: Head) -> Page:
    """Return the report's page."""
    facts = (
        ("from", _named(old)),
        ("to", _named(new)),
        ("breaks the consumer", str(sum(each.rule.consumer for each in changes))),
        ("breaks the implementer", str(sum(each.rule.implementer for each in changes))),
        ("bump", needed(changes)),
    )
    quiet = needed(changes) in {"none", "patch"}
    note = Note(text=summary(changes, old=old, new=new), tone="good" if quiet else "warning")
    return Page(
        title=f"Changes of the contract of {head.product}",
        lead="The consumer sends rows and reads predictions; the implementer makes them.",
        head=head,
        sections=(
            Section(
                title="Changes",
                parts=(Facts(items=facts), *([table(changes)] if changes else []), note),
            ),
        ),
    )


def data(changes: Sequence[Change], *, old: Named, new: Named) -> dict[str, Any]:
    """Return what a machine reads of a comparison."""
    return {
        "old": {"named": old[0], "version": old[1]},
        "new": {"named": new[0], "version": new[1]},
        "bump": needed(changes),
        "version": next_version(old[1], changes),
        "changes": plain(changes),
    }


def _asked(changes: Sequence[Change], old: Named, new: Named) -> str:
    """Return which version the newer one must have, and whether it has."""
    least = next_version(old[1], changes)
    if Version.parse(new[1]) < Version.parse(old[1]):
        return f"it would be {least}"
    if suffices(bump(old[1], new[1]), needed(changes)):
        return f"{new[1]} says so"
    return f"{new[1]} does not say so: it must be {least} or higher"


def _named(side: Named) -> str:
    name, version = side
    return name if name == version else f"{name} ({version})"
