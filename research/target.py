"""What a product predicts, before there is a contract to say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.data.labelled import numeric_outcomes
from contracts.kind import Kind, Label

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from contracts.kind import Predicted
    from contracts.ports import Floats

    Mask = npt.NDArray[np.bool_]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome's kind and labels, as the contract will state them.

    Args:
        product: The product's name.
        kind: What is predicted: one probability, one per label, or one number.
        labels: binary: the negative and the positive label; multiclass: one per output column.
        labels_open: Whether outcomes may carry labels that are not listed.
    """

    product: str
    kind: Kind
    labels: tuple[Label, ...] = ()
    labels_open: bool = False

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return len(self.labels) if self.kind == "multiclass" else 1

    def numbers(self, outcomes: pa.ChunkedArray | pa.Array) -> Floats:
        """Return outcomes, none of them null, as the numbers metrics take."""
        return numeric_outcomes(self, outcomes)

    def quantities(self, y: Floats) -> dict[str, Floats]:
        """Return what is averaged over a period: the positive's, each label's, or the value."""
        if self.kind == "binary":
            return {str(self.labels[1]): y}
        if self.kind == "multiclass":
            return {
                str(label): (y == at).astype(np.float64) for at, label in enumerate(self.labels)
            }
        return {"mean": y}

    def groups(self, y: Floats) -> dict[str, Mask]:
        """Return the groups that features are compared by: labels, or thirds of the values."""
        if self.kind != "regression":
            return {str(label): y == at for at, label in enumerate(self.labels)}
        low, high = np.quantile(y, [1 / 3, 2 / 3])
        return {"lowest third": y <= low, "middle": (y > low) & (y <= high), "highest": y > high}


def target(predicted: Predicted) -> Target:
    """Return the target of a product that something else says too."""
    return Target(
        product=predicted.product,
        kind=predicted.kind,
        labels=predicted.labels,
        labels_open=predicted.labels_open,
    )
