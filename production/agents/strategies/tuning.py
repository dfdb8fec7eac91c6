"""Fits every model anew, and searches its parameters from time to time: ``strategy=tuning``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from contracts.errors import ConfigError, DataError
from contracts.moment import iso
from contracts.report.table import score_text
from production.agents.strategies.watermark import watermark
from production.registry.lineage import LineageRecord, lineage_of

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.fits import TrainedModel
    from production.agents.origin import RefreshOrigin
    from production.agents.refresh import Refresh
    from production.agents.rules.finding import Finding
    from production.agents.strategies.full import FullRefit
    from production.agents.strategies.search import ParameterSearch


class ChosenParameters(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of one refresh.

    Attributes:
        params: The parameters.
        tuned_at: When they were searched last, or the line of generations began, microseconds.
        why: Where they come from, in words.
        seconds: What the search took, of this refresh.
    """

    params: Mapping[str, Any]
    tuned_at: int
    why: str
    seconds: float = 0.0


class Tuning:
    """Fits each model anew with the parameters that the last search chose; see `Strategy`.

    A search is due so long after the last one, or when a refresh is asked for by one of some
    triggers. What it chose serves if the gate lets it: then later refreshes use it too. Otherwise
    the parameters of what serves stay in force.

    Args:
        full: Fits models.
        builder: Builds them.
        champion: The generation that serves.
        search: Searches parameters.
        learner: The digest of the learner's configuration, the contract's parameters and the seed.
        every: After how long parameters are searched anew, microseconds; none for never.
        when: The triggers that have them searched too, by the names that their reasons begin with.
        margin: By which share of its score the best must be better than the parameters in force.
    """

    resumes = False

    def __init__(
        self,
        *,
        full: FullRefit,
        builder: ModelBuilder,
        champion: CurrentChampion,
        search: ParameterSearch,
        learner: str,
        every: int | None,
        when: tuple[str, ...],
        margin: float,
    ) -> None:
        self._full, self._builder, self._champion, self._search = full, builder, champion, search
        self._learner, self._every, self._when, self._margin = learner, every, when, margin
        self._last: tuple[Refresh, ChosenParameters] | None = None

    def origin(self, moment: int, *, cut: int) -> RefreshOrigin:
        """Return where the training window starts, and the parameters in force."""
        return self._full.origin(moment, cut=cut)

    def challenger(self, refresh: Refresh) -> TrainedModel:
        """Return a model fitted to what was known by the cut, after a search if one is due."""
        chosen = self._chosen(refresh)
        fitted = self._full.challenger(refresh, params=chosen.params)
        return replace(
            fitted,
            seconds=fitted.seconds + chosen.seconds,
            unlike=chosen.params != self._current(refresh.moment).params,
        )

    def refit(self, challenger: Model, refresh: Refresh) -> TrainedModel:  # noqa: ARG002 - anew
        """Return a model fitted to all that was known, with the same parameters."""
        return self._builder.fit(refresh.known, params=self._chosen(refresh).params)

    def findings(self, refresh: Refresh) -> tuple[Finding, ...]:
        """Return what the challenger is compared with, where that is not what serves."""
        return self._full.findings(refresh)

    def lineage(self, refresh: Refresh, *, base: str, refitted: bool) -> LineageRecord:
        """Return the parameters of a generation, and where they come from."""
        chosen = self._chosen(refresh)
        judged = learned = watermark(refresh.rows, refresh.cut)
        if refitted:
            learned = watermark(refresh.known, refresh.moment)
        return LineageRecord(
            strategy="full",
            parent=None,
            why=chosen.why,
            based_at=chosen.tuned_at,
            learner=self._learner,
            base=base,
            judged=judged,
            learned=learned,
            params=dict(chosen.params),
        )

    def rehearse(self, rows: LabelledRows) -> Model:
        """Return a model of some rows, checked, packed and read back."""
        return self._full.rehearse(rows)

    def _chosen(self, refresh: Refresh) -> ChosenParameters:
        """Return the parameters of a refresh, which are searched once."""
        if self._last is None or self._last[0] is not refresh:
            self._last = refresh, self._searched(refresh)
        return self._last[1]

    def _searched(self, refresh: Refresh) -> ChosenParameters:
        """Return the parameters in force, or those of a search if one is due."""
        current = self._current(refresh.moment)
        due = self._due(refresh, current)
        if due is None:
            return current
        try:
            trials = self._search.run(
                refresh.rows,
                refresh.moment,
                start=refresh.origin.start,
                cut=refresh.cut,
                current=current.params,
            )
        except (ConfigError, DataError) as error:
            why = f"{current.why}; no search, which was due ({due}): {error.message}"
            return replace(current, why=why)
        best = self._search.best(trials)
        kept = next((each for each in trials if each.params == current.params), trials[0])
        better = _share(best.value, kept.value)
        if best is kept or better <= self._margin:
            best = kept
        scores = (each.value for each in (best, kept))
        one, other = (float("nan") if score is None else score for score in scores)
        return ChosenParameters(
            params=best.params,
            tuned_at=refresh.moment,
            why=f"the best of {len(trials)} tried at {iso(refresh.moment)} ({due}): "
            f"{json.dumps(best.params, sort_keys=True)} scored {score_text(one, other)} on the "
            f"folds, those before {score_text(other, one)}",
            seconds=sum(each.seconds for each in trials),
        )

    def _current(self, moment: int) -> ChosenParameters:
        """Return the parameters in force: those of what serves, or the contract's."""
        generation = self._champion.generation()
        lineage = lineage_of(generation) if generation else None
        contracts = self._builder.params
        if generation is None or lineage is None or lineage.learner != self._learner:
            began = moment if generation is None else 0
            return ChosenParameters(
                params=contracts, tuned_at=began, why="the contract's parameters"
            )
        name = f"{generation.release}/{generation.number}"
        return ChosenParameters(
            params=lineage.params or contracts,
            tuned_at=lineage.based_at,
            why=f"the parameters of {name}",
        )

    def _due(self, refresh: Refresh, current: ChosenParameters) -> str | None:
        """Return why parameters are to be searched, none if they are not.

        The trials of this moment do not count: they are those of a search that was interrupted.
        """
        made = {each.at for each in self._search.study.trials() if each.at < refresh.moment}
        asked = next((name for name in self._when if f"{name}:" in refresh.reason), None)
        if asked is not None:
            return asked
        last = max((current.tuned_at, *made))
        if self._every is None or refresh.moment - last < self._every:
            return None
        return f"the last search was at {iso(last)}" if made else "none was made before"


def _share(best: float | None, kept: float | None) -> float:
    """Return by which share of a score another one differs from it."""
    if best is None or kept is None:
        return float("inf") if best is not None else 0.0
    return abs(best - kept) / abs(kept) if kept else abs(best - kept)
