"""One answer to "can I deploy?", with its reason; and all of them as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.report.table import Heading, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

#: ``warning`` holds, and is worth knowing; ``open`` was not asked for, or has nothing to look at.
Outcome = Literal["yes", "no", "warning", "open"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer.

    Attributes:
        name: What was asked.
        outcome: The answer.
        reason: Why, and what would help.
        details: Further lines.
    """

    name: str
    outcome: Outcome
    reason: str
    details: tuple[str, ...] = ()


def table(answers: Iterable[Answer]) -> Table:
    """Return the answers, one a row, their further lines below."""
    headings = tuple(Heading(name=name) for name in ("check", "holds", "reason"))
    rows: list[tuple[str, ...]] = []
    for answer in answers:
        rows.append((answer.name, answer.outcome, answer.reason))
        rows += [("", "", f"· {line}") for line in answer.details]
    return Table(headings=headings, rows=tuple(rows))
