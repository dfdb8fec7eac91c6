"""What serves, since when, by which manifest, and who or what put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.selectors.port import CHAMPION
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from production.registry.decisions import RecordedDecision
    from production.registry.manifests import Inventoried
    from production.registry.trainings import Training
    from production.serving.manifest import Manifest


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """An arm of the manifest that serves.

    Attributes:
        name: The arm's name.
        generation: The generation it points to.
        share: The probability with which the selector draws that generation; none if no process
            was asked.
        served: The share of the events logged last that the generation served.
    """

    name: str
    generation: str
    share: float | None
    served: float


class Serves(msgspec.Struct, frozen=True, kw_only=True):
    """What serves by the newest manifest; times in microseconds.

    Attributes:
        generation: The champion.
        revision: The manifest's revision.
        since: When it was published.
        started: When the product went into service.
        selector: The selector's name.
        pinned: Whether a person keeps the champion.
        arms: The arms, the champion first.
        who: Who or what put the champion there.
        why: Why.
    """

    generation: str
    revision: int
    since: int
    started: int
    selector: str
    pinned: bool
    arms: tuple[Arm, ...]
    who: str
    why: str


def serves(
    newest: Inventoried,
    *,
    started: int,
    pinned: bool,
    decisions: Sequence[RecordedDecision],
    trainings: Sequence[Training],
    shares: Mapping[str, float] | None,
    served: Mapping[str, int],
) -> Serves:
    """Return what serves.

    Args:
        newest: The newest manifest.
        started: When the product went into service, microseconds.
        pinned: Whether a person keeps the champion.
        decisions: The last decisions of people and alarms, newest first.
        trainings: The last trainings.
        shares: The probability with which the selector draws each generation, by its name; none if
            no process was asked.
        served: How many of the events logged last each generation served, by its name.
    """
    manifest = read(newest.document)
    who, why = _reason(newest.revision, manifest, decisions, trainings)
    return Serves(
        generation=manifest.champion.name,
        revision=newest.revision,
        since=newest.created_at,
        started=started,
        selector=manifest.selector,
        pinned=pinned,
        arms=tuple(_arms(manifest, shares, served)),
        who=who,
        why=why,
    )


def _arms(
    manifest: Manifest, shares: Mapping[str, float] | None, served: Mapping[str, int]
) -> Iterator[Arm]:
    total = sum(served.values()) or 1
    for name, candidate in manifest.arms.items():
        yield Arm(
            name=name,
            generation=candidate.name,
            share=None if shares is None else shares.get(candidate.name, 0.0),
            served=served.get(candidate.name, 0) / total,
        )


def _reason(
    revision: int,
    manifest: Manifest,
    decisions: Sequence[RecordedDecision],
    trainings: Sequence[Training],
) -> tuple[str, str]:
    """Return who put the champion there and why: a decision, else the training that made it."""
    for decision in decisions:
        if decision.detail.get("manifest") == revision:
            return decision.who, decision.why
    for training in trainings:
        if f"{training.release}/{training.generation}" == manifest.arms[CHAMPION].name:
            why = str(training.detail.get("why", ""))
            return "promotion agent", f"{training.reason}; the gate: {why}"
    return "", ""
