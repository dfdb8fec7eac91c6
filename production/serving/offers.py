"""Prepares a manifest to serve: the models of its arms, each behind what watches or limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.selectors.draw import distribution
from production.selectors.port import CHAMPION, only
from production.serving.deployed import Deployed, Offer
from production.serving.timely import TimelyModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.generation.description import Candidate
    from production.generation.loader import Loader
    from production.selectors.draw import Distribution
    from production.selectors.port import Split
    from production.serving.deployed import Predicts
    from production.serving.manifest import Manifest


class Offers:
    """Makes the offers of manifests.

    Args:
        loader: Loads the models of their generations.

    Attributes:
        watched: Models that serve in the place of those loaded, because they watch them.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._timely: dict[Candidate, TimelyModel] = {}
        self.watched: Mapping[Candidate, Predicts] = {}

    def prepare(self, manifest: Manifest, revision: int, split: Split) -> Deployed:
        """Return a manifest ready to serve by a selector's split.

        Raises:
            StateError: The split is no distribution over the manifest's arms.
        """
        choice = manifest.choice()
        deployed = self._deployed(manifest, revision, distribution(split, choice))
        segments = {
            text: self._deployed(manifest, revision, distribution(split.segment(text), choice))
            for text in split.segments
        }
        return replace(deployed, column=split.column, segments=segments)

    def champion(self, manifest: Manifest, revision: int) -> Deployed:
        """Return a manifest of which the champion alone serves."""
        return self.prepare(manifest, revision, only(CHAMPION))

    def retain(self, manifest: Manifest) -> None:
        """Forget the models that are not of a manifest."""
        self._loader.retain(manifest.candidates)
        kept = {*manifest.candidates}
        self._timely = {each: model for each, model in self._timely.items() if each in kept}

    def _deployed(self, manifest: Manifest, revision: int, shares: Distribution) -> Deployed:
        """Return the models of a distribution's arms."""
        propensity: dict[Candidate, float] = {}
        for arm, share in zip(shares.arms, shares.shares, strict=True):
            candidate = manifest.arms[arm]
            propensity[candidate] = propensity.get(candidate, 0.0) + share
        shadows = dict.fromkeys(manifest.arms[arm] for arm in shares.mirrored)
        chain = tuple(dict.fromkeys(manifest.arms[arm] for arm in shares.chain))

        def offer(candidate: Candidate, share: float, *, deadline: float | None = None) -> Offer:
            return Offer(
                candidate=candidate,
                model=self._model(candidate, deadline),
                propensity=share,
                manifest=revision,
            )

        def chained(candidate: Candidate) -> Offer:
            share, others = propensity[candidate], [each for each in chain if each != candidate]
            timely = [offer(each, share, deadline=shares.deadline) for each in others[:-1]]
            # What nothing follows may take the time it takes.
            last = [offer(each, share) for each in others[-1:]]
            first = offer(candidate, share, deadline=shares.deadline if others else None)
            return replace(first, fallbacks=(*timely, *last))

        return Deployed(
            manifest=manifest,
            revision=revision,
            distribution=shares,
            offers=tuple(chained(manifest.arms[arm]) for arm in shares.arms),
            shadows=tuple(
                Offer(
                    candidate=each,
                    model=self._loader.load(each),
                    propensity=0.0,
                    manifest=revision,
                )
                for each in shadows
            ),
        )

    def _model(self, candidate: Candidate, deadline: float | None) -> Predicts:
        """Return a generation's model, watched if it is to be, within a deadline if there is one.

        Calls that have not ended are of the model, not of a deployment: they count in the next.
        """
        model = self.watched.get(candidate) or self._loader.load(candidate)
        if deadline is None:
            return model
        known = self._timely.get(candidate)
        if known is None or known.model is not model or known.seconds != deadline:
            known = self._timely[candidate] = TimelyModel(model, deadline)
        return known
