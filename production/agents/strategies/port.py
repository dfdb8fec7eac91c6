"""What a strategy must do: say what a refresh starts from, and make its two models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from production.agents.fits import TrainedModel
    from production.agents.origin import RefreshOrigin
    from production.agents.refresh import Refresh
    from production.agents.rules.finding import Finding
    from production.registry.lineage import LineageRecord


class Strategy(Protocol):
    """Makes the models of a refresh: the challenger that the gate judges, then what serves."""

    @property
    def resumes(self) -> bool:
        """Whether a refresh goes on from the challenger of the one before, so that it is kept."""

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:
        """Return what a refresh at a moment starts from.

        Args:
            moment: When it was asked for, microseconds.
            cut: Where the gate's holdout begins: the challenger learns nothing that arrived later.
        """

    def challenger(self, refresh: Refresh) -> TrainedModel:
        """Return a model that has learned what was known by the cut."""

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:
        """Return a model that has learned all that was known at the moment.

        Args:
            challenger: The model that the gate judged.
            refresh: What the refresh started from.
        """

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return what to record of a refresh: of the rows that its base has learned, say."""

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> LineageRecord | None:
        """Return what to record of a generation; none where no refresh goes on from it.

        Args:
            refresh: What the refresh started from.
            base: The artifact of its challenger.
            refitted: Whether its refit serves.
        """

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model of some rows, made in every way in which the strategy makes one."""
