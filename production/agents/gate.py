"""The gate: what a new generation must achieve before it may serve.

Thresholds on rolling data are skill against the naive baseline, because a hard month is hard for
every model; the contract's absolute thresholds are for the contract's own test window.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from contracts.moment import Duration, duration
from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric as find_metric
from contracts.score.metric.registry import one_of

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Floats


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The gate's judgement of one challenger.

    Attributes:
        promoted: Whether the challenger may serve.
        why: The reason in words.
        scores: Metrics by name: the challenger's, ``champion.…`` and ``naive.…``.
    """

    promoted: bool
    why: str
    scores: Mapping[str, float]


class Gate:
    """Judges a challenger by the contract and by comparison with the champion.

    Args:
        contract: States each metric's least skill.
        metric: The metric of the contract that champion and challenger are compared by; its first
            where none is named.
        holdout: The time before the moment whose outcomes neither was trained on, such as ``3d``.
        margin: How much worse than the champion a challenger may be.

    Raises:
        ConfigError: The contract has no such metric.
    """

    def __init__(
        self, *, contract: Contract, holdout: Duration, margin: float, metric: str | None = None
    ) -> None:
        self._contract, self._margin = contract, margin
        self._names = [term.name for term in contract.metrics]
        self._metric = one_of(self._names, metric, key="gate.metric")
        self.holdout = duration(holdout)

    def judge(
        self, *, truth: Floats, challenger: Floats, naive: Floats, champion: Floats | None
    ) -> Finding:
        """Return whether a challenger may serve, judged by predictions for the holdout's n rows.

        Args:
            truth: The outcomes as numbers, (n,).
            challenger: The challenger's predictions, (n, k).
            naive: The naive baseline's predictions, (n, k).
            champion: The champion's predictions, (n, k); none for a first generation.
        """
        if not self.holdout:
            return Finding(promoted=True, why="no holdout to judge by", scores={})
        if not len(truth):
            return Finding(promoted=False, why="no outcome arrived within the holdout", scores={})
        scores = self._scores(truth, challenger, naive, champion)
        for term in self._contract.metrics:
            skill = improvement(
                find_metric(term.name), scores[term.name], scores[f"naive.{term.name}"]
            )
            if not skill >= term.skill:
                why = f"{term.name}: skill {skill:.4f} below the contract's {term.skill:g}"
                return Finding(promoted=False, why=why, scores=scores)
        return self._compare(scores, first=champion is None)

    def _compare(self, scores: Mapping[str, float], *, first: bool) -> Finding:
        name = self._metric.name
        if first:
            return Finding(promoted=True, why="the first generation", scores=scores)
        worse = -improvement(self._metric, scores[name], scores[f"champion.{name}"])
        words = f"{name} {scores[name]:.4f}, champion {scores[f'champion.{name}']:.4f}"
        return Finding(promoted=worse <= self._margin, why=words, scores=scores)

    def _scores(
        self, truth: Floats, challenger: Floats, naive: Floats, champion: Floats | None
    ) -> dict[str, float]:
        sides = {"": challenger, "naive.": naive, "champion.": champion}
        return {
            f"{side}{name}": find_metric(name).value(truth, predicted)
            for side, predicted in sides.items()
            if predicted is not None
            for name in sorted(self._names)
        }
