"""Replays the counterexamples that are kept: what once parted two sides is looked at first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.probes.counterexample import kept
from contracts.equivalence.probes.differential import Answers, together
from contracts.errors import DataError

if TYPE_CHECKING:
    from contracts.equivalence.case import Case
    from contracts.score.tolerance import Tolerance


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the counterexamples.

    Attributes:
        mended: The files whose record the sides agree on again.
        refused: The files whose record this contract does not accept.
        parted: The first file whose record still parts the sides, the record and the answers.
    """

    mended: tuple[str, ...]
    refused: tuple[str, ...]
    parted: tuple[Path, dict[str, Any], Answers] | None = None

    @property
    def told(self) -> str:
        """What there is to tell, as the end of a sentence."""
        mended, refused = len(self.mended), len(self.refused)
        told = f"; {mended} kept as counterexamples agree again" if mended else ""
        return told + (f"; {refused} kept are no records of this contract" if refused else "")

    @property
    def evidence(self) -> dict[str, Any]:
        """The files by what became of them."""
        return {"mended": [*self.mended], "refused": [*self.refused]}


def replay(case: Case, tolerance: Tolerance) -> Replay:
    """Ask both sides for each record kept, up to the first on which they still part.

    Raises:
        StateError: A file is no counterexample.
    """
    mended: list[str] = []
    refused: list[str] = []
    for path, found in kept(*case.sides.replayed).items():
        try:
            (answers,) = together(case, [found.record])
        except DataError:
            refused.append(path.name)
            continue
        if answers.parted(tolerance):
            parted = (path, found.record, answers)
            return Replay(mended=tuple(mended), refused=tuple(refused), parted=parted)
        mended.append(path.name)
    return Replay(mended=tuple(mended), refused=tuple(refused))
