"""A tolerance: how far two predictions may differ, and for what share of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import ContractError

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Floats


class Tolerance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a candidate's predictions may be from the reference's.

    A row is within when every one of its k predictions is.

    A candidate's value ``c`` is within the tolerance of the reference's ``r`` when
    ``|c - r| <= absolute + relative * |r|``; NaN and infinity are never within.

    Attributes:
        absolute: Largest difference allowed, in the prediction's own unit.
        relative: Largest difference allowed as a share of the reference, added to ``absolute``.
        rows: The share of rows that must be within, 1 for all.

    >>> import numpy as np
    >>> Tolerance(absolute=0.1).within(np.array([[1.0], [2.0]]), np.array([[1.05], [2.2]]))
    0.5
    """

    absolute: float = 0.0
    relative: float = 0.0
    rows: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.absolute < np.inf and 0 <= self.relative < np.inf):
            raise ContractError(
                f"expected finite tolerances of 0 or more, got absolute={self.absolute}, "
                f"relative={self.relative}"
            )
        if not 0 < self.rows <= 1:
            raise ContractError(f"expected a share of rows in (0, 1], got rows={self.rows}")

    def mask(self, reference: Floats, candidate: Floats) -> npt.NDArray[np.bool]:
        """Return for each of n rows whether it is within, from predictions of shape (n, k) or (n,).

        Raises:
            ContractError: The two are not of one shape.
        """
        if reference.shape != candidate.shape:
            raise ContractError(
                f"expected predictions of the reference's shape {reference.shape}, "
                f"got {candidate.shape}"
            )
        with np.errstate(invalid="ignore"):  # inf - inf is NaN, and so not within
            allowed = self.absolute + self.relative * np.abs(reference)
            near = (np.abs(candidate - reference) <= allowed) & np.isfinite(reference)
        return np.asarray(near.all(axis=tuple(range(1, near.ndim))))

    def within(self, reference: Floats, candidate: Floats) -> float:
        """Return the share of rows that are within; 1 when there are none."""
        mask = self.mask(reference, candidate)
        return float(mask.mean()) if len(mask) else 1.0

    def holds(self, reference: Floats, candidate: Floats) -> bool:
        """Return whether at least the share ``rows`` of the rows is within."""
        return self.within(reference, candidate) >= self.rows
