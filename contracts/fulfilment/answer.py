"""One question of "can it be deployed?" with its answer and reason; and all of them as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from contracts.report.table import Table, text_headings

if TYPE_CHECKING:
    from collections.abc import Iterable


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer.

    Attributes:
        name: The question, in a word.
        holds: ``yes`` or ``no``; ``warning`` is a yes with something worth knowing, ``open`` means
            that nothing was demanded, or that there was nothing to check.
        reason: Why, and what would help.
        details: Further lines.
    """

    name: str
    holds: Literal["yes", "no", "warning", "open"]
    reason: str
    details: tuple[str, ...] = ()


def table(answers: Iterable[Answer]) -> Table:
    """Return the answers, one a row, with their further lines below."""
    rows: list[tuple[str, ...]] = []
    for answer in answers:
        rows.append((answer.name, answer.holds, answer.reason))
        rows += [("", "", f"· {line}") for line in answer.details]
    return Table(headings=text_headings("check", "holds", "reason"), rows=tuple(rows))
