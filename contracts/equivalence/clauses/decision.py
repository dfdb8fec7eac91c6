"""The clause `decision`: both sides decide alike where the product turns scores into decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import numpy as np

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.fields import Finite, Share, Size
from contracts.equivalence.probes.cut import Cut, cuts
from contracts.equivalence.probes.differences import SHOWN, examples, spared
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Flips(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted at one cut, and what may be.

    Attributes:
        cut: Where.
        rows: All rows.
        in_band: Those the reference scores no further than the band from the boundary.
        ties: Flips that both sides score so near.
        beyond: The other flips.
        ties_allowed: How many ties there may be.
        beyond_allowed: How many other flips.
    """

    cut: Cut
    rows: int
    in_band: int
    ties: int
    beyond: int
    ties_allowed: int
    beyond_allowed: int

    @property
    def held(self) -> bool:
        """Whether both counts are allowed."""
        return self.ties <= self.ties_allowed and self.beyond <= self.beyond_allowed


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At each threshold hardly a row is decided otherwise, ties at the threshold counted apart.

    The decision is ``score >= threshold``. A flip is a tie when both sides score the row within
    ``band`` of the threshold, as rounding may make it; any other flip is beyond, and no number of
    ties makes room for one.

    Attributes:
        thresholds: Where decisions are made, on every column. Left out, a probability is cut at
            one half, and of several columns the highest counts; a number has to have some.
        flips: The share of all rows that may be decided otherwise beyond the band.
        band: How near a threshold, in the prediction's unit, a flip is a tie; for the highest
            column, by how little it leads the second.
        near: The share of the rows which the reference scores within the band that may be ties.
    """

    thresholds: tuple[Finite, ...] = ()
    flips: Share = 0.0
    band: Size = 0.0
    near: Share = 1.0

    name: ClassVar[str] = "decision"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_state", "same_data")
    eases: ClassVar[Mapping[str, Ease]] = {"flips": "up", "near": "up"}

    def __call__(self, case: Case) -> Verdict:
        """Count the test window's rows that the sides decide otherwise; the worst cut counts."""
        sides = (case.expected, case.predicted)
        counted = [self._count(cut) for cut in cuts(case.contract, self.thresholds, *sides)]
        worst = max(counted, key=lambda at: (not at.held, at.beyond, at.ties))
        by_ties = worst.ties > worst.ties_allowed and worst.beyond <= worst.beyond_allowed
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent" if worst.held else "different",
            message=self._message(counted, worst),
            observed=worst.ties / worst.in_band if by_ties else worst.beyond / worst.rows,
            limit=self.near if by_ties else self.flips,
            evidence={"cuts": [_evidence(case, at) for at in counted]},
        )

    def _count(self, cut: Cut) -> Flips:
        rows, in_band = len(cut.flipped), int((cut.reference <= self.band).sum())
        ties = int(cut.ties(self.band).sum())
        return Flips(
            cut=cut,
            rows=rows,
            in_band=in_band,
            ties=ties,
            beyond=int(cut.flipped.sum()) - ties,
            ties_allowed=spared(in_band, share=self.near),
            beyond_allowed=spared(rows, share=self.flips),
        )

    def _message(self, counted: Sequence[Flips], worst: Flips) -> str:
        flips = worst.ties + worst.beyond
        if not flips:
            named = ", ".join(at.cut.name for at in counted)
            return f"none of {worst.rows:,} rows is decided otherwise {named}"
        text = f"{flips:,} of {worst.rows:,} rows are decided otherwise {worst.cut.name}"
        if self.band:
            text = (
                f"{text}: {worst.ties:,} ties among {worst.in_band:,} rows within {self.band:g} of "
                f"it, at most {worst.ties_allowed:,} may; {worst.beyond:,} beyond"
            )
        text = (
            f"{text}, at most {worst.beyond_allowed:,} may; "
            f"the furthest lies {worst.cut.furthest:.2g} from the boundary"
        )
        if worst.beyond <= worst.beyond_allowed or worst.cut.furthest > worst.cut.rounding:
            return text
        return f"{text}, as float32 rounds: a band of {worst.cut.rounding:g} makes it a tie"


def _evidence(case: Case, at: Flips) -> dict[str, Any]:
    """Return the counts of one cut and its flips furthest from the boundary."""
    cut, sample = at.cut, case.sample
    flipped = np.flatnonzero(cut.flipped)
    further = np.maximum(cut.reference, cut.candidate)[flipped]
    shown = flipped[np.argsort(-further, kind="stable")[:SHOWN]]
    return {
        "cut": cut.name,
        "rows": at.rows,
        "flips": at.ties + at.beyond,
        "in_band": at.in_band,
        "ties": at.ties,
        "beyond": at.beyond,
        "furthest": cut.furthest,
        "examples": examples(
            shown, sample.rows, ids=sample.ids, reference=case.expected, candidate=case.predicted
        ),
    }
