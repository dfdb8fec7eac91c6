"""What is answered for a record, and about what serves: clients read these too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.kind import Label
from production.serving.manifest import Manifest

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


class ServedBy(msgspec.Struct, frozen=True, kw_only=True):
    """What this process serves by.

    Attributes:
        revision: The revision of the manifest.
        manifest: The manifest.
    """

    revision: int
    manifest: Manifest


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """How the generation that made a prediction came to be; times as ISO 8601.

    Attributes:
        release: The release.
        generation: The generation's number.
        contract: The version of the contract it fulfils.
        code: The digest of the release's code.
        artifact: The digest of its files.
        start: The first event time it was trained on.
        end: The end of the event times it was trained on.
        known_by: It was trained on what had arrived by then.
        rows: How many rows it was trained on.
        params: The parameters it was trained with.
        seed: The seed it was trained with.
        reason: Why it was trained.
        scores: The metrics it was judged by.
        created_at: When it was registered.
    """

    release: str
    generation: int
    contract: str
    code: str
    artifact: str
    start: str
    end: str
    known_by: str
    rows: int
    params: Mapping[str, Any]
    seed: int
    reason: str
    scores: Mapping[str, float]
    created_at: str


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a prediction came from.

    Attributes:
        event: The event's id.
        key: The key that dispatch was sticky by.
        time: When the event happened, ISO 8601.
        prediction: What was predicted.
        propensity: The probability with which the generation was chosen.
        features: What was logged of the request's record.
        manifest: The revision of the manifest that offered the generation.
        origin: How the generation came to be.
    """

    event: str
    key: str
    time: str
    prediction: tuple[float, ...]
    propensity: float
    features: str | None
    manifest: int
    origin: Origin


def output_labels(contract: Contract) -> tuple[Label, ...]:
    """Return the label that each output column is the probability of; none for a regression."""
    return contract.labels[1:] if contract.kind == "binary" else contract.labels
