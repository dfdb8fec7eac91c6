"""Inputs: those of live events are distributed as those that the generation was trained on.

A column rings only beyond three limits: a level that matters, what chance gives a sample of this
size, and what windows of the training themselves differ by. The last two are held to a probability
that is divided among all columns and all looks, so that quiet days ring nothing. The share of nulls
is looked at by itself: a day's weather is never the year's, but a sensor is there on most days.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.score.stability import index_by_chance, index_by_habit, share_of_look
from production.agents.parity.finding import NamedRow, ParityFinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.agents.parity.column import ColumnProfile
    from production.agents.parity.evidence import ParityEvidence

#: Fewer earlier windows do not say by how much windows differ.
LEAST = 5
#: How many columns the words name.
NAMED = 3
#: The probability of what is as often exceeded as not.
EVEN = 0.5


class ColumnMove(msgspec.Struct, frozen=True, kw_only=True):
    """How far one column has moved.

    Attributes:
        name: The column, or that it is null.
        column: The column.
        index: Its stability index against the training.
        limit: What it may be.
    """

    name: str
    column: str
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
        alpha = share_of_look(evidence.look, alpha=self._alpha) / (2 * len(columns))
        moves = [move for each in columns for move in self._moves(each, evidence, alpha=alpha)]
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

    def _moves(
        self, column: ColumnProfile, evidence: ParityEvidence, *, alpha: float
    ) -> Iterator[ColumnMove]:
        """Yield how far a column has moved, and how far its share of nulls has."""
        places = column.places(evidence.rows[column.name])
        chance = partial(index_by_chance, expected=evidence.profile.rows, observed=len(places))
        # Of days without a null the index is next to nothing, which says nothing of how days vary.
        nulls = np.maximum(column.past_nulls, chance(2, alpha=EVEN))
        for name, index, bins, past in (
            (column.name, column.index(places), column.bins, np.array(column.past)),
            (f"null {column.name}", column.null_index(places), 2, nulls),
        ):
            limits = [self._level, chance(bins, alpha=alpha)]
            if len(past) >= LEAST:
                limits.append(index_by_habit(past, alpha=alpha))
            yield ColumnMove(name=name, column=column.name, index=index, limit=max(limits))


def _words(moves: list[ColumnMove], rows: int) -> str:
    shown = ", ".join(
        f"{each.name} {each.index:.3g} (limit {each.limit:.3g})" for each in moves[:NAMED]
    )
    more = f" and {len(moves) - NAMED} more columns" if len(moves) > NAMED else ""
    return f"the stability index of {rows:,} rows against the training: {shown}{more}"


def _named(evidence: ParityEvidence, moved: list[ColumnMove]) -> tuple[NamedRow, ...]:
    if not moved:
        return ()
    names = [*dict.fromkeys(each.column for each in moved)]
    excess = evidence.profile.excess(evidence.rows, among=names)
    return evidence.worst(excess, "candidate", among=names)
