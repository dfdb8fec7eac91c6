"""A condition on one column that tells some rows from the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a column the rows apart lie.

    Attributes:
        column: The column's name.
        words: The condition as it is read: ``carrier = UA``.
        among: The share of the rows apart that it holds for.
        elsewhere: The share of the rest that it holds for.
        chance: How often rows drawn blindly would give a cause of this kind as strong as this.
        mask: Where it holds, (n,).
    """

    column: str
    words: str
    among: float
    elsewhere: float
    chance: float
    mask: Any

    @property
    def strength(self) -> float:
        """The share among the rows apart less the share elsewhere."""
        return self.among - self.elsewhere

    @property
    def lift(self) -> float:
        """How many times as frequent it is among the rows apart; infinite where only there."""
        return self.among / self.elsewhere if self.elsewhere else float("inf")


def cause(
    column: str,
    words: str,
    mask: npt.NDArray[np.bool],
    apart: npt.NDArray[np.bool],
    *,
    chance: float,
) -> Cause:
    """Return a condition that holds on a mask, with how often it does."""
    return Cause(
        column=column,
        words=words,
        among=float(mask[apart].mean()),
        elsewhere=float(mask[~apart].mean()),
        chance=chance,
        mask=mask,
    )
