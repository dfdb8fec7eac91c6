"""One look: the sample of a window, and what all sides predict of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from contracts.errors import StateError
from production.agents.parity.evidence import ParityEvidence, agreed_tolerance
from production.agents.parity.samples import LiveSample
from production.agents.records import candidate_of
from production.agents.rules.step import usual_step
from production.registry.generations import Generation
from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract
    from contracts.ports import Floats, Model
    from production.agents.parity.references import References
    from production.agents.parity.samples import Samples
    from production.agents.track_record import TrackRecord
    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.registry.generations import Generations
    from production.registry.manifests import Manifests


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A sample of a window, and what is known of it.

    Attributes:
        start: The window's first moment, microseconds.
        generation: The generation in service.
        sample: The sample.
        evidence: What the rules judge by; none of no event.
    """

    start: int
    generation: Generation
    sample: LiveSample
    evidence: ParityEvidence | None


class Looks:
    """Looks at the traffic of one product.

    Args:
        contract: The contract that is deployed.
        samples: The sampled events.
        references: The references.
        over: How long a window is, microseconds.
        manifests: The inventory of manifests.
        generations: The generations.
        loader: Loads generations.
        track: Returns what earlier refreshes came to.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        samples: Samples,
        references: References,
        over: int,
        manifests: Manifests,
        generations: Generations,
        loader: Loader,
        track: Callable[[], TrackRecord],
    ) -> None:
        self._contract, self._samples, self._references = contract, samples, references
        self._manifests, self._generations = manifests, generations
        self._over, self._loader, self._track = over, loader, track
        self._agreed = agreed_tolerance(contract)

    def at(self, moment: int) -> Look:
        """Return the look at the window before a moment.

        All artifacts are loaded anew, as a process that starts now would load them. Events of a
        generation whose artifact is no longer kept are left out.
        """
        self._loader.retain(())
        champion, previous = self._champions()
        generation, start = self._generation(champion), moment - self._over
        sample, own = self._predicted_anew(self._samples.window(start, moment))
        evidence = None
        if sample.rows.num_rows:
            look = 1 + max(0, moment - generation.created_at) // self._over
            evidence = self._evidence(sample, own, generation, previous, look=look)
        return Look(start=start, generation=generation, sample=sample, evidence=evidence)

    def _champions(self) -> tuple[Candidate, Candidate | None]:
        """Return the generation in service, and the one before it, none of the first."""
        product = self._contract.product
        champion = read(self._manifests.require(product).document).champion
        earlier = (read(each.document).champion for each in reversed(self._manifests.all(product)))
        return champion, next((each for each in earlier if each.name != champion.name), None)

    def _predicted_anew(self, sample: LiveSample) -> tuple[LiveSample, Floats]:
        """Return a sample with what each event's own generation predicts of it now."""
        releases, numbers = np.array(sample.events.release), np.asarray(sample.events.generation)
        own = np.full((len(numbers), self._contract.k), np.nan)
        for release, number in sorted({*zip(releases.tolist(), numbers.tolist(), strict=True)}):
            mask = (releases == release) & (numbers == number)
            model = self._model(release, number)
            if model is not None:
                own[mask] = model.predict(sample.rows.filter(mask))
        kept = ~np.isnan(own).any(axis=1)
        return (sample if kept.all() else sample.where(kept)), own[kept]

    def _evidence(
        self,
        sample: LiveSample,
        own: Floats,
        generation: Generation,
        previous: Candidate | None,
        *,
        look: int,
    ) -> ParityEvidence:
        reference, rows = self._references.of(generation), sample.rows
        before = self._model(previous.release, previous.generation) if previous else None
        return ParityEvidence(
            ids=tuple(sample.events.id),
            rows=rows,
            kind=self._contract.kind,
            served=sample.events.prediction,
            own=own,
            candidate=self._loader.load(candidate_of(generation)).predict(rows),
            profile=reference.profile,
            reference=reference.model.predict(rows) if reference.model else None,
            why_not=reference.why_not,
            previous=before.predict(rows) if before else None,
            agreed=self._agreed,
            usual=usual_step(self._track()),
            look=look,
        )

    def _generation(self, candidate: Candidate) -> Generation:
        product = self._contract.product
        return self._generations.find(product, candidate.release, candidate.generation)

    def _model(self, release: str, number: int) -> Model | None:
        """Return the model of a generation; none whose artifact is no longer kept."""
        try:
            generation = self._generations.find(self._contract.product, release, number)
            return self._loader.load(candidate_of(generation))
        except StateError:
            return None
