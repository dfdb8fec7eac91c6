"""Goes on from the generation that serves, with the outcomes that are new: `strategy=incremental`.

Each generation keeps two states: its *base*, which has learned all that had arrived before the
gate's holdout, and what serves, which has learned the holdout besides. A refresh resumes the base
of the champion up to its own cut, which gives the next base and the challenger; what passes the
gate then learns the holdout. So in every line of states each outcome is learned once, and the gate
compares two models neither of which has learned the holdout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import LiaisonError
from contracts.moment import iso
from production.agents.fits import TrainedModel
from production.agents.origin import RefreshOrigin
from production.agents.strategies.watermark import compared, watermark
from production.registry.lineage import LineageRecord, lineage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.refresh import Refresh
    from production.agents.rules.finding import Finding
    from production.registry.generations import Generation


class Incremental:
    """Resumes the champion's base with what arrived since; see `Strategy`.

    A model is fitted anew where there is nothing to go on from: at first, after another learner or
    other parameters, where the base has learned a part of the holdout, or cannot be read.

    Args:
        builder: Builds the models.
        champion: The generation that serves.
        learner: The digest of the learner's configuration, its parameters and its seed.
        full_every: After how long a model is fitted anew, microseconds; none for never.
        anew: Returns why a model is fitted anew at a moment though one could go on; none where not.
    """

    resumes = True

    def __init__(
        self,
        *,
        builder: ModelBuilder,
        champion: CurrentChampion,
        learner: str,
        full_every: int | None,
        anew: Callable[[int], str | None] = lambda _: None,
    ) -> None:
        self._builder, self._champion = builder, champion
        self._learner, self._full_every, self._anew_by = learner, full_every, anew

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:
        """Return the champion's base, or why a model is fitted anew."""
        generation = self._champion.generation()
        if generation is None:
            return self._anew(moment, "nothing serves yet", champion=None)
        lineage, name = lineage_of(generation), f"{generation.release}/{generation.number}"
        if lineage is None:
            why = f"{name} was not trained by strategy=incremental"
            return self._anew(moment, why, champion=self._champion.model())
        expired = self._expired(lineage, name, moment, cut)
        if expired is not None:
            anew = self._anew(moment, expired, champion=self._judged(lineage))
            return replace(anew, since=lineage.judged.known_by)
        return self._resumed(generation, lineage, name, moment)

    def challenger(self, refresh: Refresh) -> TrainedModel:
        """Return the base with what arrived from its watermark to the cut; else a model anew."""
        origin = refresh.origin
        if origin.base is None or origin.watermark is None:
            return self._builder.fit(refresh.rows)
        return self._resume(origin.base, refresh.rows.arrived_from(origin.watermark.known_by))

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:
        """Return the challenger with the holdout."""
        return self._resume(challenger, refresh.holdout)

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return what became of the rows that the base has learned."""
        earlier, hashed = refresh.origin.watermark, refresh.hashed
        return (compared(earlier, hashed),) if earlier and hashed else ()

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> LineageRecord:
        """Return what the next refresh goes on from."""
        origin, before = refresh.origin, refresh.origin.watermark
        news = refresh.rows.arrived_from(before.known_by) if before else refresh.rows
        judged = learned = watermark(news, refresh.cut, after=before)
        if refitted:
            learned = watermark(refresh.holdout, refresh.moment, after=judged)
        return LineageRecord(
            strategy="incremental" if origin.base is not None else "full",
            parent=origin.parent,
            why=origin.why,
            based_at=origin.lineage.based_at if origin.lineage else refresh.moment,
            learner=self._learner,
            base=base,
            judged=judged,
            learned=learned,
        )

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model fitted to half of the rows, read back, and resumed with the others."""
        half = (len(rows) + 1) // 2
        fitted = self._builder.fit(rows.slice(0, half)).model
        again = self._builder.reopen(self._builder.publish(fitted))
        model = self._resume(again, rows.slice(half, len(rows) - half)).model
        self._builder.check(model)
        self._builder.publish(model)
        return model

    def _expired(self, lineage: LineageRecord, name: str, moment: int, cut: int) -> str | None:
        """Return why no refresh may go on from a base, none if one may."""
        if lineage.learner != self._learner:
            return f"{name} was trained by another learner, or with other parameters"
        if lineage.judged.known_by > cut:
            return f"the base of {name} has learned a part of the holdout, from {iso(cut)} on"
        if self._full_every is not None and moment - lineage.based_at >= self._full_every:
            return f"the last full refit was at {iso(lineage.based_at)} (strategy.full_every)"
        return self._anew_by(moment)

    def _resumed(
        self, generation: Generation, lineage: LineageRecord, name: str, moment: int
    ) -> RefreshOrigin:
        try:
            champion = self._champion.state(lineage.base)
            base = self._builder.reopen(lineage.base)
        except LiaisonError as error:
            why = f"the base of {name} cannot be read: {error.message}"
            return self._anew(moment, why, champion=self._champion.model())
        return RefreshOrigin(
            start=generation.start,
            champion=champion,
            base=base,
            since=lineage.judged.known_by,
            lineage=lineage,
            parent=name,
            why=f"{name} was resumed from {iso(lineage.judged.known_by)}",
        )

    def _anew(self, moment: int, why: str, *, champion: Model | None) -> RefreshOrigin:
        return RefreshOrigin(start=self._builder.start(moment), champion=champion, why=why)

    def _judged(self, lineage: LineageRecord) -> Model | None:
        """Return the champion's base, which has not learned the holdout; else the champion."""
        try:
            return self._champion.state(lineage.base)
        except LiaisonError:
            return self._champion.model()

    def _resume(self, model: Model, rows: LabelledRows) -> TrainedModel:
        """Return a model that has learned rows besides, in the order in which they arrived."""
        if not len(rows.listed):
            return TrainedModel(model=model, seconds=0.0)
        return self._builder.resume(model, rows)
