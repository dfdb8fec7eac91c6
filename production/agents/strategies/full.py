"""Fits every model anew, to all rows of the training window: ``strategy=full``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import iso
from production.agents.origin import RefreshOrigin
from production.agents.rules.finding import Finding
from production.agents.trainers import rehearsed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.fits import TrainedModel
    from production.agents.refresh import Refresh
    from production.registry.generations import Generation

RULE = "compared"


class FullRefit:
    """Fits both models of a refresh anew; see `Strategy`.

    A champion that is younger than the holdout was refitted to a part of it. Then the challenger is
    compared with what the gate judged before that refit: the model that the last refresh made, or,
    where this process did not make it, one that is fitted anew to the same rows.

    Args:
        builder: Builds the models.
        champion: The generation that serves.
    """

    resumes = False

    def __init__(self, *, builder: ModelBuilder, champion: CurrentChampion) -> None:
        self._builder, self._champion = builder, champion
        self._judged: dict[tuple[int, int], Model] = {}

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:
        """Return where the training window starts, and what the challenger is compared with."""
        start, generation = self._builder.start(moment), self._champion.generation()
        if generation is None or generation.known_by <= cut:
            self._judged.clear()
            return RefreshOrigin(start=start, champion=self._champion.model())
        known_by = generation.created_at - (moment - cut)
        name = f"{generation.release}/{generation.number}"
        try:
            model, seconds = self._before_refit(generation, known_by)
        except Exception as error:  # noqa: BLE001 - a learner may raise anything; serving goes on
            why = (
                f"{name} has learned a part of the holdout, from {iso(cut)} on, and cannot be "
                f"fitted to what was known before: {type(error).__name__}: {error}"
            )
            return RefreshOrigin(start=start, champion=self._champion.model(), why=why)
        why = (
            f"{name} has learned a part of the holdout, from {iso(cut)} on: compared with what was "
            f"judged before its refit, which has learned what was known by {iso(known_by)}"
        )
        return RefreshOrigin(start=start, champion=model, why=why, seconds=seconds)

    def challenger(
        self, refresh: Refresh, *, params: Mapping[str, Any] | None = None
    ) -> TrainedModel:
        """Return a model fitted to what was known by the cut.

        Args:
            refresh: What the refresh starts from.
            params: The parameters; none for the contract's.
        """
        trained = self._builder.fit(refresh.rows, params=params)
        self._judged[refresh.moment, refresh.cut] = trained.model
        return trained

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:  # noqa: ARG002 - anew
        """Return a model fitted to all that was known."""
        return self._builder.fit(refresh.known)

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return what the challenger is compared with, where that is not what serves."""
        why = refresh.origin.why
        return (Finding(rule=RULE, verdict="passed", why=why),) if why else ()

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> None:  # noqa: ARG002
        """Return nothing: no refresh goes on from one of its generations."""
        return

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model of some rows, checked, packed and read back."""
        return rehearsed(self._builder, rows)

    def _before_refit(self, generation: Generation, known_by: int) -> tuple[Model, float]:
        """Return what a generation was judged as, and the seconds of a fit if that took one."""
        key, seconds = (generation.created_at, known_by), 0.0
        if key not in self._judged:
            start, end = generation.start, generation.end
            rows = self._builder.rows_between(start, end, known_by=known_by)
            trained = self._builder.fit(rows, params=generation.params)
            self._judged[key], seconds = trained.model, trained.seconds
        self._judged = {key: self._judged[key]}
        return self._judged[key], seconds
