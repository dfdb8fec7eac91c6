"""Inputs: those of live events are distributed as those that the generation was trained on.

A column rings only beyond three limits: a level that matters, what chance gives a sample of this
size, and what windows of the training themselves differ by. The last two are held to a probability
that is divided among all columns and all looks, so that quiet days ring nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.score.stability import index_by_chance, index_by_habit, share_of_look
from production.agents.parity.finding import NamedRow, ParityFinding

if TYPE_CHECKING:
    from production.agents.parity.column import ColumnProfile
    from production.agents.parity.evidence import ParityEvidence

#: Fewer earlier windows do not say by how much windows differ.
LEAST = 5
#: How many columns the words name.
NAMED = 3


class ColumnMove(msgspec.Struct, frozen=True, kw_only=True):
    """How far one column has moved.

    Attributes:
        name: The column.
        index: Its stability index against the training.
        limit: What it may be.
    """

    name: str
    index: float
    limit: float

    @property
    def times(self) -> float:
        """The index in limits: above 1 it rings."""
        return self.index / self.limit


class InputsAsTrained:
    """No column's stability index is beyond its limit.

    Args:
        level: The least index that matters, such as .2.
        alpha: The probability that any column rings at any look at a generation, if none moved.
        least: With fewer rows nobody can tell.
    """

    def __init__(self, *, level: float, alpha: float, least: int) -> None:
        self._level, self._alpha, self._least = level, alpha, least

    def find(self, evidence: ParityEvidence) -> ParityFinding:
        """Return whether the inputs have moved."""
        rows, columns = len(evidence.ids), evidence.profile.columns
        if rows < self._least:
            why = f"{rows:,} rows are fewer than the {self._least:,} that tell of inputs"
            return ParityFinding(rule="inputs", moved="data", rings=False, why=why)
        alpha = share_of_look(evidence.look, alpha=self._alpha) / len(columns)
        moves = [self._move(each, evidence, alpha=alpha) for each in columns]
        moves.sort(key=lambda each: -each.times)
        moved = [each for each in moves if each.times > 1]
        return ParityFinding(
            rule="inputs",
            moved="data",
            rings=bool(moved),
            why=_words(moved or moves[:1], rows),
            figures={"rows": rows} | {f"index.{each.name}": each.index for each in moves[:NAMED]},
            rows=_named(evidence, moved),
        )

    def _move(self, column: ColumnProfile, evidence: ParityEvidence, *, alpha: float) -> ColumnMove:
        places = column.places(evidence.rows[column.name])
        chance = index_by_chance(column.bins, evidence.profile.rows, len(places), alpha=alpha)
        limits = [self._level, chance]
        past = np.array([each for each in column.past if each > 0])
        if len(past) >= LEAST:
            limits.append(index_by_habit(past, alpha=alpha))
        return ColumnMove(name=column.name, index=column.index(places), limit=max(limits))


def _words(moves: list[ColumnMove], rows: int) -> str:
    shown = ", ".join(
        f"{each.name} {each.index:.3g} (limit {each.limit:.3g})" for each in moves[:NAMED]
    )
    more = f" and {len(moves) - NAMED} more columns" if len(moves) > NAMED else ""
    return f"the stability index of {rows:,} rows against the training: {shown}{more}"


def _named(evidence: ParityEvidence, moved: list[ColumnMove]) -> tuple[NamedRow, ...]:
    if not moved:
        return ()
    names = [each.name for each in moved]
    surprise = evidence.profile.surprise(evidence.rows, among=names)
    return evidence.worst(surprise, "candidate", among=names)
