"""Where scores become decisions: a threshold, or which of the columns is the highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from contracts.errors import ContractError
from contracts.ports import Floats

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.contract import Contract

EVEN = 0.5
#: How far float32 moves a score of about one that a few hundred terms make up.
ROUNDING = 1e-6


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on n rows, made from each side's scores.

    Attributes:
        name: Where it is made, to be read after "decided otherwise".
        flipped: Whether the sides decide otherwise, (n,).
        reference: How far the reference's score lies from deciding otherwise, (n,).
        candidate: How far the candidate's does, (n,).
        rounding: How far rounding to float32 moves a score there.
    """

    name: str
    flipped: npt.NDArray[np.bool]
    reference: Floats
    candidate: Floats
    rounding: float = ROUNDING

    def ties(self, band: float) -> npt.NDArray[np.bool]:
        """Return which flips both sides score no further than a band from the boundary."""
        found: npt.NDArray[np.bool] = self.flipped & (self._further <= band)
        return found

    @property
    def furthest(self) -> float:
        """How far the flip furthest from the boundary lies, on the side where it does."""
        return float(self._further[self.flipped].max(initial=0.0))

    @property
    def _further(self) -> Floats:
        return np.maximum(self.reference, self.candidate)


def cuts(
    contract: Contract, thresholds: Sequence[float], reference: Floats, candidate: Floats
) -> Iterator[Cut]:
    """Yield a contract's decisions: each threshold on each column, or the highest column.

    A threshold is reached: the decision is ``score >= threshold``. Without thresholds a
    probability is cut at one half, and of several columns the highest counts, the first of equals.

    Raises:
        ContractError: The product predicts a number, and no threshold is given.
    """
    if contract.kind == "multiclass" and not thresholds:
        yield _highest(reference, candidate)
        return
    if contract.kind == "regression" and not thresholds:
        raise ContractError(
            "clause decision: a number decides nothing without thresholds",
            hint="tolerance: {thresholds: [...]}, in the prediction's unit",
        )
    several = len(contract.outputs) > 1
    for threshold in thresholds or (EVEN,):
        for column, q, p in zip(contract.outputs, reference.T, candidate.T, strict=True):
            name = f"at {column} {threshold:g}" if several else f"at {threshold:g}"
            yield Cut(
                name=name,
                flipped=(q >= threshold) != (p >= threshold),
                reference=np.abs(q - threshold),
                candidate=np.abs(p - threshold),
                rounding=ROUNDING * max(1.0, abs(threshold)),
            )


def _highest(reference: Floats, candidate: Floats) -> Cut:
    return Cut(
        name="by the highest column",
        flipped=reference.argmax(axis=1) != candidate.argmax(axis=1),
        reference=_lead(reference),
        candidate=_lead(candidate),
    )


def _lead(scores: Floats) -> Floats:
    """Return by how much each row's highest column leads the second."""
    ordered = np.sort(scores, axis=1)
    lead: Floats = ordered[:, -1] - ordered[:, -2]
    return lead
