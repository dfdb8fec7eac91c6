"""Chooses at each trigger whether to refresh, and how: ``strategy=auto``.

What it chooses by stands in `production.agents.worth`; here is what is made of the choice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.moment import DAY
from contracts.score.metric.port import improvement
from production.agents.rules.finding import Finding
from production.agents.worth import RULE, RefreshPosition, choose, past_refreshes
from production.registry.lineage import lineage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from contracts.score.metric.port import Metric
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.fits import TrainedModel
    from production.agents.origin import RefreshOrigin
    from production.agents.refresh import Refresh
    from production.agents.runtime import RuntimeMetrics
    from production.agents.strategies.incremental import Incremental
    from production.agents.strategies.port import Strategy
    from production.agents.worth import RefreshChoice, RefreshCosts
    from production.registry.lineage import LineageRecord
    from production.registry.trainings import Trainings


class RefreshWorth:
    """Says what a refresh is worth at a moment, by what is on record.

    Args:
        product: The product.
        trainings: Its trainings.
        champion: The generation that serves.
        runtime: The runtime metrics, of which it reads how many events come.
        metric: The metric that counts.
        holdout: The gate's holdout, microseconds.
        costs: What a refresh costs and brings.
        resumes: Whether the learner can go on from a model.
    """

    def __init__(
        self,
        *,
        product: str,
        trainings: Trainings,
        champion: CurrentChampion,
        runtime: RuntimeMetrics,
        metric: Metric,
        holdout: int,
        costs: RefreshCosts,
        resumes: bool,
    ) -> None:
        self._product, self._trainings, self._champion = product, trainings, champion
        self._runtime, self.metric, self._holdout = runtime, metric, holdout
        self._costs, self._resumes = costs, resumes

    def at(self, moment: int) -> RefreshChoice | None:
        """Return what is made of a refresh asked for at a moment; none before the first one."""
        generation = self._champion.generation()
        if generation is None:
            return None
        lineage = lineage_of(generation)
        position = RefreshPosition(
            moment=moment,
            learned=generation.known_by,
            based=lineage.based_at if lineage else generation.created_at,
            events=self._events(moment),
            resumes=self._resumes,
        )
        past = past_refreshes(
            self._trainings.all(self._product), self.metric, holdout=self._holdout
        )
        return choose(past, position, self._costs)

    def declined(self, moment: int) -> str | None:
        """Return why no refresh is made of one that a trigger asks for; none if one is.

        What a person asked for, or approved, is made whatever it costs.
        """
        said = self._runtime.at(moment).refreshes.said
        if any(each.action in {"refresh", "approve"} for each in said):
            return None
        choice = self.at(moment)
        return choice.why if choice is not None and choice.kind == "rest" else None

    def _events(self, moment: int) -> float:
        """Return how many events a day came over the last week that is evaluated."""
        windows = self._runtime.at(moment).windows
        last = [each for each in windows if windows[-1].end - each.end < 7 * DAY]
        days = sum(each.end - each.start for each in last) / DAY
        return sum(each.rows for each in last) / days if days else 0.0


class Auto:
    """Makes what a refresh is worth; see `Strategy`. Whether one is made at all, the agent asks.

    Args:
        builder: Builds models.
        worth: Says what is made.
        make: Returns the strategy that goes on from the champion unless it is told why not.
    """

    resumes = True

    def __init__(
        self,
        *,
        builder: ModelBuilder,
        worth: RefreshWorth,
        make: Callable[[Callable[[int], str | None]], Incremental],
    ) -> None:
        self._builder, self._worth = builder, worth
        self._incremental = make(self._anew)
        self._made: tuple[Refresh, Refresh, Finding] | None = None

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:
        """Return the champion's base, or why a model is fitted anew."""
        return self._incremental.origin(moment, cut=cut)

    def challenger(self, refresh: Refresh) -> TrainedModel:
        """Return the one model, or the better of both on the holdout."""
        trained = self._incremental.challenger(refresh)
        kind = "full" if refresh.origin.base is None else "incremental"
        choice = self._worth.at(refresh.moment)
        figures, made = {kind: trained.seconds}, refresh
        why = choice.why if choice else "the first generation"
        if choice is not None and choice.kind == "compare" and kind == "incremental":
            anew = self._builder.fit(refresh.rows)
            better = self._better(anew.model, trained.model, refresh.holdout)
            figures |= {"full": anew.seconds, "advantage": better}
            seconds = trained.seconds + anew.seconds
            trained = replace(anew if better > 0 else trained, seconds=seconds)
            why += f"; on the holdout the fit anew is better by {better:.3g}"
            if better > 0:
                made, kind = replace(refresh, origin=_fitted_anew(refresh.origin, why)), "full"
        champion, first = refresh.origin.champion, refresh.holdout.known_by(refresh.cut + DAY)
        if champion is not None and len(first):
            figures["gain"] = self._better(trained.model, champion, first)
        self._made = refresh, made, Finding(rule=RULE, verdict="passed", why=why, figures=figures)
        return replace(trained, unlike=kind == "full")

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:
        """Return the challenger with the holdout."""
        return self._incremental.refit(challenger, refresh)

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return what was made and why, and what became of the rows that the base has learned."""
        return self._of(refresh)[1], *self._incremental.findings(refresh)

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> LineageRecord:
        """Return what the next refresh goes on from."""
        return self._incremental.lineage(self._of(refresh)[0], base=base, refitted=refitted)

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model fitted to half of the rows, read back, and resumed with the others."""
        return self._incremental.rehearse(rows)

    def _anew(self, moment: int) -> str | None:
        """Return why a model is fitted anew though one could go on."""
        choice = self._worth.at(moment)
        return choice.why if choice is not None and choice.kind == "full" else None

    def _better(self, one: Model, other: Model, holdout: LabelledRows) -> float:
        """Return by how much a model is better than another on the holdout; 0 without one."""
        if not len(holdout):
            return 0.0
        metric, truth, rows = self._worth.metric, holdout.outcomes, holdout.rows
        scores = [metric.value(truth, self._builder.predict(each, rows)) for each in (one, other)]
        better = improvement(metric, *scores)
        return better if math.isfinite(better) else 0.0

    def _of(self, refresh: Refresh) -> tuple[Refresh, Finding]:
        """Return what a refresh was made of, and its finding."""
        assert self._made is not None
        assert self._made[0] is refresh
        return self._made[1:]


class AutoFull:
    """The same for a learner that cannot go on from a model: each refresh fits one anew.

    Args:
        full: Fits models.
        worth: Says what a refresh is worth.
    """

    resumes = False

    def __init__(self, *, full: Strategy, worth: RefreshWorth) -> None:
        self._full, self._worth = full, worth
        self.origin, self.challenger = full.origin, full.challenger
        self.refit, self.lineage, self.rehearse = full.refit, full.lineage, full.rehearse

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return why it was made, and what it is compared with."""
        choice = self._worth.at(refresh.moment)
        made = () if choice is None else (Finding(rule=RULE, verdict="passed", why=choice.why),)
        return *made, *self._full.findings(refresh)


def _fitted_anew(origin: RefreshOrigin, why: str) -> RefreshOrigin:
    """Return the origin of a model that was fitted anew beside one that goes on."""
    return replace(origin, base=None, lineage=None, parent=None, why=why)
