"""Fits every model anew, to all rows of the training window: ``strategy=full``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.agents.origin import RefreshOrigin
from production.agents.trainers import rehearsed

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.fits import TrainedModel
    from production.agents.refresh import Refresh
    from production.agents.rules.finding import Finding


class FullRefit:
    """Fits both models of a refresh anew; see `Strategy`.

    Args:
        builder: Builds the models.
        champion: The generation that serves.
    """

    resumes = False

    def __init__(self, *, builder: ModelBuilder, champion: CurrentChampion) -> None:
        self._builder, self._champion = builder, champion

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:  # noqa: ARG002 - as the port has it
        """Return where the training window starts."""
        return RefreshOrigin(start=self._builder.start(moment), champion=self._champion.model())

    def challenger(self, refresh: Refresh) -> TrainedModel:
        """Return a model fitted to what was known by the cut."""
        return self._builder.fit(refresh.rows)

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:  # noqa: ARG002 - anew
        """Return a model fitted to all that was known."""
        return self._builder.fit(refresh.known)

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:  # noqa: ARG002 - as the port has it
        """Return nothing: there is no base."""
        return ()

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> None:  # noqa: ARG002
        """Return nothing: no refresh goes on from one of its generations."""
        return

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model of some rows, checked, packed and read back."""
        return rehearsed(self._builder, rows)
