"""Where each generation came from, and what the gate found; refused trainings stand among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from production.service.page.tone import Tone
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.registry.generations import Generation
    from production.registry.manifests import Inventoried
    from production.registry.trainings import Training

#: How many are shown.
SHOWN = 20
TONES: Mapping[str, Tone] = {
    "promoted": "good",
    "passed": "good",
    "undecided": "warn",
    "refused": "warn",
    "failed": "bad",
    "alarmed": "bad",
}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule of the gate found."""

    rule: str
    verdict: str
    tone: Tone
    why: str


class GenerationLineage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a generation came from; times in microseconds.

    Attributes:
        name: Its name; empty for a training that made none.
        verdict: What the gate said of its training.
        tone: How that is drawn.
        at: When the training was asked for.
        reason: Why it was.
        why: Why the gate said so.
        known_by: It was trained on outcomes that arrived before this moment.
        rows: How many rows it was trained on.
        seconds: How long the training took.
        found: What each rule of the gate found.
        scores: The metrics it was judged by.
        start: The first event time it was trained on; none without a generation, as all below.
        contract: The contract's version that it fulfils.
        artifact: The digest of its artifact.
        seed: The seed it was trained with.
        params: The parameters.
        served: When it began to serve as the champion, and until when: none while it does.
    """

    name: str
    verdict: str
    tone: Tone
    at: int
    reason: str
    why: str
    known_by: int
    rows: int
    seconds: float
    found: tuple[Found, ...]
    scores: Mapping[str, float]
    start: int | None = None
    contract: str = ""
    artifact: str = ""
    seed: int | None = None
    params: Mapping[str, Any] = {}
    served: tuple[tuple[int, int | None], ...] = ()


def lineages(
    trainings: Sequence[Training],
    generations: Sequence[Generation],
    manifests: Sequence[Inventoried],
) -> tuple[GenerationLineage, ...]:
    """Return the lineage of the last trainings, newest first.

    Args:
        trainings: The last trainings, newest first.
        generations: The last generations.
        manifests: The last manifests, oldest first.
    """
    known = {(each.release, each.number): each for each in generations}
    served = terms(manifests)
    return tuple(
        _lineage(each, known.get((each.release, each.generation or 0)), served)
        for each in trainings[:SHOWN]
    )


def terms(manifests: Sequence[Inventoried]) -> dict[str, list[tuple[int, int | None]]]:
    """Return when each generation was the champion: since when, and until when.

    Args:
        manifests: Manifests, oldest first.
    """
    served: dict[str, list[tuple[int, int | None]]] = {}
    began, champion = 0, ""
    for each in manifests:
        name = read(each.document).champion.name
        if name != champion:
            if champion:
                served.setdefault(champion, []).append((began, each.created_at))
            began, champion = each.created_at, name
    if champion:
        served.setdefault(champion, []).append((began, None))
    return served


def _lineage(
    training: Training,
    generation: Generation | None,
    served: Mapping[str, Sequence[tuple[int, int | None]]],
) -> GenerationLineage:
    name = f"{generation.release}/{generation.number}" if generation else ""
    lineage = GenerationLineage(
        name=name,
        verdict=training.verdict,
        tone=TONES.get(training.verdict, "quiet"),
        at=training.requested_at,
        reason=training.reason,
        why=str(training.detail.get("why", "")),
        known_by=training.known_by,
        rows=training.rows,
        seconds=training.seconds,
        found=tuple(_found(training.detail)),
        scores=training.detail.get("scores", {}),
    )
    if generation is None:
        return lineage
    return msgspec.structs.replace(
        lineage,
        start=generation.start,
        contract=generation.contract_version,
        artifact=generation.artifact,
        seed=generation.seed,
        params=generation.params,
        served=tuple(served.get(name, ())),
    )


def _found(detail: Mapping[str, Any]) -> Iterator[Found]:
    for each in detail.get("findings", ()):
        verdict = str(each["verdict"])
        yield Found(
            rule=str(each["rule"]),
            verdict=verdict,
            tone=TONES.get(verdict, "quiet"),
            why=str(each["why"]),
        )
