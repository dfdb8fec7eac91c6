"""The champion: a challenger's holdout loss is not much worse than the champion's.

A bare comparison refuses honest challengers, because the holdout's days are few and the champion's
luck on them varies; and it lets most broken ones pass. A margin of a tenth refuses what no honest
refresh does; smaller breaks are for the other rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from contracts.report.table import score_text
from production.agents.rules.comparison import compared, relative_gain
from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from contracts.score.metric.port import Metric
    from production.agents.rules.evidence import GateEvidence


class NotMuchWorse:
    """The challenger is not worse than the champion by more than a share of the champion's score.

    Args:
        metric: The metric that they are compared by.
        margin: The share, such as .1.
    """

    needs_outcomes: ClassVar[bool] = True

    def __init__(self, metric: Metric, margin: float) -> None:
        self._metric, self._margin = metric, margin

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the challenger may take the champion's place."""
        if evidence.first:
            return Finding(rule="champion", verdict="passed", why="the first generation")
        name = self._metric.name
        score, champion = evidence.scores[name], evidence.scores[f"champion.{name}"]
        gain = relative_gain(self._metric, evidence.scores)
        passed = gain >= -self._margin
        scores = f"{name} {score_text(score, champion)}, champion {score_text(champion, score)}"
        worse = "" if passed else f": {-gain:.1%} worse, more than {self._margin:.0%}"
        return Finding(
            rule="champion",
            verdict=compared(champion, passed=passed),
            why=f"{scores}{worse}",
            figures={"gain": gain, "margin": self._margin},
        )
