"""The findings of a proof clause by clause: the parts of one are told together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.verdict import GRAVITY, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: How many names a sentence lists.
NAMED = 6


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One clause with the verdicts of its parts, or its only one."""

    clause: str
    verdicts: tuple[Verdict, ...]

    @property
    def divided(self) -> bool:
        """Whether the clause is judged in parts."""
        return any(verdict.part for verdict in self.verdicts)

    @property
    def status(self) -> Status:
        """The gravest status among the parts."""
        return min((v.status for v in self.verdicts), key=GRAVITY.index)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The verdicts that keep the candidate back."""
        return tuple(verdict for verdict in self.verdicts if verdict.failed)

    @property
    def message(self) -> str:
        """What was found: of parts their count by status, and why some were not run, or which.

        >>> parts = [("a", "equivalent"), ("b", "equivalent"), ("c", "not_run")]
        >>> made = {"clause": "subgroup", "pair": "same_data", "message": "few rows"}
        >>> Group(clause="subgroup", verdicts=tuple(
        ...     Verdict(part=part, status=status, **made) for part, status in parts
        ... )).message
        '2 of 3 equivalent, 1 not run: few rows'
        """
        if not self.divided:
            return self.verdicts[0].message
        unrun = [v for v in self.verdicts if v.status == "not_run"]
        reasons = {v.message for v in unrun}
        told = [*reasons] if len(reasons) == 1 else [named([v.part for v in unrun])]
        return counted([v.status for v in self.verdicts]) + (f": {told[0]}" if unrun else "")


def grouped(verdicts: Iterable[Verdict]) -> tuple[Group, ...]:
    """Return verdicts clause by clause, in the order they came."""
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.clause, []).append(verdict)
    return tuple(Group(clause=name, verdicts=tuple(each)) for name, each in found.items())


def counted(statuses: Sequence[Status]) -> str:
    """Return statuses counted in words, what holds first and what was not run last.

    >>> counted(["equivalent", "different", "equivalent"])
    '2 of 3 equivalent, 1 different'
    >>> counted(["not_run", "not_run"])
    '2 not run'
    """
    counts = Counter(statuses)
    words = {"not_run": "not run", "equivalent": f"of {len(statuses)} equivalent"}
    order: tuple[Status, ...] = (
        "equivalent",
        "different",
        "inconclusive",
        "reported",
        "not_run",
    )
    return ", ".join(f"{counts[each]} {words.get(each, each)}" for each in order if counts[each])


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return the proof in words: ``equivalent`` only when no clause failed and one holds."""
    of: dict[str, list[Verdict]] = {
        each: [v for v in verdicts if v.status == each] for each in GRAVITY
    }
    rest = "".join(
        f", {len(of[each])} {words}"
        for each, words in (("reported", "reported"), ("not_run", "not run"))
        if of[each]
    )
    if broken := [v for each in GRAVITY[:2] for v in of[each]]:
        said = "; ".join(
            f"{each} by {named([v.name for v in of[each]])}" for each in GRAVITY[:2] if of[each]
        )
        held = len(of["equivalent"])
        return f"not equivalent: {said} ({held} of {held + len(broken)} hold{rest})"
    if not of["equivalent"]:
        return f"nothing proven{rest}"
    clauses, items = len({v.clause for v in of["equivalent"]}), len(of["equivalent"])
    counted = f"{clauses} clause{'s' * (clauses != 1)}"
    return f"equivalent by {counted}{f' ({items} items)' * (items != clauses)}{rest}"


def named(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, cut where it is long.

    >>> named(["a", "b"])
    'a, b'
    """
    listed = ", ".join(names[:NAMED])
    return listed if len(names) <= NAMED else f"{listed} and {len(names) - NAMED} more"
