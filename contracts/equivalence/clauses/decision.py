"""The clause `decision`: both sides lead to the same decisions, where scores become decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.equivalence.clause import Clause, Finite, NonNegative, Result, Share
from contracts.equivalence.probes.differences import SHOWN, allowed_rows, examples
from contracts.errors import ContractError
from contracts.ports import Floats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.contract import Contract
    from contracts.equivalence.case import Case

#: Where a probability is cut unless the clause says otherwise.
EVEN = 0.5
#: How far float32 moves a score of about one that a few hundred terms make up.
ROUNDING = 1e-6


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on n rows, made from each side's scores.

    Attributes:
        name: Where it is made, to be read after "decided differently".
        flipped: Whether the sides decide differently, (n,).
        reference: How far the reference's score is from deciding differently, (n,).
        candidate: How far the candidate's is, (n,).
        rounding: How far rounding to float32 moves a score there.
    """

    name: str
    flipped: npt.NDArray[np.bool]
    reference: Floats
    candidate: Floats
    rounding: float = ROUNDING

    @property
    def distance(self) -> Floats:
        """How far the further side's score is from the boundary, (n,)."""
        return np.maximum(self.reference, self.candidate)

    @property
    def furthest(self) -> float:
        """The distance of the flip furthest from the boundary."""
        return float(self.distance[self.flipped].max(initial=0.0))


class Flips(msgspec.Struct, frozen=True, kw_only=True):
    """The flips at one cut, and how many are allowed.

    Attributes:
        cut: Where.
        rows: All rows.
        in_band: Those that the reference scores no further than the band from the boundary.
        ties: Flips that both sides score that near.
        beyond: The other flips.
        ties_allowed: How many ties are allowed.
        beyond_allowed: How many other flips are.
    """

    cut: Cut
    rows: int
    in_band: int
    ties: int
    beyond: int
    ties_allowed: int
    beyond_allowed: int

    @property
    def allowed(self) -> bool:
        """Whether both counts are allowed."""
        return self.ties <= self.ties_allowed and self.beyond <= self.beyond_allowed


class Decision(Clause, frozen=True, kw_only=True):
    """At each threshold hardly a row is decided differently, ties at the threshold counted apart.

    The decision is ``score >= threshold``. A flip is a tie if both sides score the row within
    ``band`` of the threshold, as rounding may make it; any other flip is beyond, and is counted
    against ``flips`` however few ties there are.

    Attributes:
        thresholds: Where decisions are made, on every column. Left out, a probability is cut at
            one half, and of several columns the highest counts; a number has to have some.
        flips: The share of all rows that may be decided differently beyond the band.
        band: How near a threshold, in the prediction's unit, a flip is a tie; for the highest
            column, by how little it leads the second.
        near: The share of the rows which the reference scores within the band that may be ties.
    """

    thresholds: tuple[Finite, ...] = ()
    flips: Share = 0.0
    band: NonNegative = 0.0
    near: Share = 1.0

    name = "decision"
    pairs = ("same_state", "same_data")
    eases = {"flips": "up", "near": "up"}

    def __call__(self, case: Case) -> Result:
        """Count the test window's rows that the sides decide differently; the worst cut counts."""
        sides = (case.expected, case.predicted)
        counts = [self._count(cut) for cut in cuts(case.contract, self.thresholds, *sides)]
        worst = max(counts, key=lambda at: (not at.allowed, at.beyond, at.ties))
        by_ties = worst.ties > worst.ties_allowed and worst.beyond <= worst.beyond_allowed
        return Result(
            status="equivalent" if worst.allowed else "different",
            message=self._message(counts, worst),
            observed=worst.ties / worst.in_band if by_ties else worst.beyond / worst.rows,
            limit=self.near if by_ties else self.flips,
            evidence={"cuts": [_evidence(case, at) for at in counts]},
        )

    def _count(self, cut: Cut) -> Flips:
        rows, in_band = len(cut.flipped), int((cut.reference <= self.band).sum())
        ties = int((cut.flipped & (cut.distance <= self.band)).sum())
        return Flips(
            cut=cut,
            rows=rows,
            in_band=in_band,
            ties=ties,
            beyond=int(cut.flipped.sum()) - ties,
            ties_allowed=allowed_rows(in_band, share=self.near),
            beyond_allowed=allowed_rows(rows, share=self.flips),
        )

    def _message(self, counts: Sequence[Flips], worst: Flips) -> str:
        flips = worst.ties + worst.beyond
        if not flips:
            names = ", ".join(at.cut.name for at in counts)
            return f"none of {worst.rows:,} rows is decided differently {names}"
        text = f"{flips:,} of {worst.rows:,} rows are decided differently {worst.cut.name}"
        if self.band:
            text += (
                f": {worst.ties:,} ties among {worst.in_band:,} rows within {self.band:g} of it, "
                f"at most {worst.ties_allowed:,} may; {worst.beyond:,} beyond"
            )
        text += (
            f", at most {worst.beyond_allowed:,} may; "
            f"the furthest lies {worst.cut.furthest:.2g} from the boundary"
        )
        if worst.beyond <= worst.beyond_allowed or worst.cut.furthest > worst.cut.rounding:
            return text
        return f"{text}, as float32 rounds: a band of {worst.cut.rounding:g} makes it a tie"


def cuts(
    contract: Contract, thresholds: Sequence[float], reference: Floats, candidate: Floats
) -> Iterator[Cut]:
    """Yield a contract's decisions: each threshold on each column, or the highest column.

    The decision is ``score >= threshold``. Without thresholds a probability is cut at one half, and
    of several columns the highest counts, the first of equals.

    Raises:
        ContractError: The product predicts a number, and no threshold is given.
    """
    if contract.kind == "multiclass" and not thresholds:
        yield Cut(
            name="by the highest column",
            flipped=reference.argmax(axis=1) != candidate.argmax(axis=1),
            reference=_lead(reference),
            candidate=_lead(candidate),
        )
        return
    if contract.kind == "regression" and not thresholds:
        raise ContractError(
            "clause decision: a number decides nothing without thresholds",
            hint="tolerance: {thresholds: [...]}, in the prediction's unit",
        )
    several = len(contract.outputs) > 1
    for threshold in thresholds or (EVEN,):
        for column, q, p in zip(contract.outputs, reference.T, candidate.T, strict=True):
            yield Cut(
                name=f"at {column} {threshold:g}" if several else f"at {threshold:g}",
                flipped=(q >= threshold) != (p >= threshold),
                reference=np.abs(q - threshold),
                candidate=np.abs(p - threshold),
                rounding=ROUNDING * max(1.0, abs(threshold)),
            )


def _lead(scores: Floats) -> Floats:
    """Return by how much each row's highest column leads the second."""
    ordered = np.sort(scores, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _evidence(case: Case, at: Flips) -> dict[str, Any]:
    """Return the counts of one cut and its flips furthest from the boundary."""
    cut, sample = at.cut, case.sample
    flipped = np.flatnonzero(cut.flipped)
    worst = flipped[np.argsort(-cut.distance[flipped], kind="stable")[:SHOWN]]
    return {
        "cut": cut.name,
        "rows": at.rows,
        "flips": at.ties + at.beyond,
        "in_band": at.in_band,
        "ties": at.ties,
        "beyond": at.beyond,
        "furthest": cut.furthest,
        "examples": examples(
            worst, sample.rows, ids=sample.ids, reference=case.expected, candidate=case.predicted
        ),
    }
