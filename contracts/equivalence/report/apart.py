"""What sets some rows apart from the rest: the column, and what in it, that tells them best.

For a column the strength of a cause is the share of the rows apart that it holds for, less the
share of the rest that it holds for too: 1 where it tells the two without a mistake, 0 where it
tells nothing. Of a column of numbers the cause is the range where that is largest; of other columns
it is the values that are more frequent among the rows apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.equivalence.report.cause import Cause
from contracts.equivalence.report.causes import nulls, ranges, values

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

#: A weaker cause is not worth a reader's time, nor is one that chance gives more often than this.
WEAKEST, CHANCE = 0.1, 0.01
#: How many causes are told, and how many conditions a rule has.
TOLD, DEEPEST = 8, 3
#: A further condition may lose this share of the rows apart where it spares so much of the rest;
#: one that loses next to none has only to be a cause.
LOST, SPARED, NONE = 0.1, 0.3, 0.01


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that hold together: where the rows apart lie.

    Attributes:
        causes: The conditions.
        covered: The share of the rows apart that lie there.
        elsewhere: The share of the rest that lie there too.
        precision: The share of the rows there that are apart.
    """

    causes: tuple[Cause, ...]
    covered: float
    elsewhere: float
    precision: float

    @property
    def words(self) -> str:
        """The conditions as a sentence's subject: ``carrier = UA and month in 3 to 5``."""
        return " and ".join(cause.words for cause in self.causes)


def causes(rows: pa.Table, apart: npt.NDArray[np.bool]) -> tuple[Cause, ...]:
    """Return what tells some rows from the rest, the strongest first, at most one a column.

    Args:
        rows: n rows of any columns.
        apart: Which of them are to be told from the rest, (n,).
    """
    if not 0 < int(apart.sum()) < len(apart):
        return ()
    found = [cause for name in rows.column_names if (cause := _best(name, rows[name], apart))]
    # Many columns are looked at: chance has as many tries.
    credible = [cause for cause in found if cause.chance * rows.num_columns <= CHANCE]
    return tuple(sorted(credible, key=lambda cause: -cause.strength)[:TOLD])


def rule(rows: pa.Table, apart: npt.NDArray[np.bool]) -> Rule | None:
    """Return the few conditions under which the rows apart lie, None where nothing tells them.

    Begins with the strongest cause and adds what, among its rows, spares most of the rest.
    """
    taken: list[Cause] = []
    inside = np.ones(len(apart), np.bool)
    while len(taken) < DEEPEST:
        place = np.flatnonzero(inside)
        found = causes(rows.take(place), apart[place])
        if not found or (taken and not _worth(found[0])):
            break
        taken.append(found[0])
        inside[place] = found[0].mask
    if not taken:
        return None
    return Rule(
        causes=tuple(taken),
        covered=float(inside[apart].mean()),
        elsewhere=float(inside[~apart].mean()),
        precision=float(apart[inside].mean()),
    )


def _worth(cause: Cause) -> bool:
    spares = cause.among >= 1 - LOST and cause.elsewhere <= 1 - SPARED
    return spares or cause.among >= 1 - NONE


def _best(name: str, column: pa.ChunkedArray, apart: npt.NDArray[np.bool]) -> Cause | None:
    found = [
        cause
        for make in (nulls, values, ranges)
        if (cause := make(name, column, apart)) is not None and cause.strength >= WEAKEST
    ]
    return max(found, key=lambda cause: cause.strength, default=None)
