"""What is answered for a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.kind import Label

if TYPE_CHECKING:
    from contracts.contract import Contract


class Prediction(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What is answered for one record.

    Attributes:
        id: The event's id: outcomes name it.
        prediction: The prediction, a number for each of the contract's output columns.
        labels: The label that each of these is the probability of; none for a regression.
        release: The release of the generation that predicted.
        generation: Its number.
        manifest: The revision of the manifest that offered it.
    """

    id: str
    prediction: dict[str, float]
    labels: tuple[Label, ...] = ()
    release: str
    generation: int
    manifest: int


def output_labels(contract: Contract) -> tuple[Label, ...]:
    """Return the label that each output column is the probability of; none for a regression."""
    return contract.labels[1:] if contract.kind == "binary" else contract.labels
