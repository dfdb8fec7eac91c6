"""The alarm: the champion does badly everywhere in the holdout, so its labels are in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contracts.report.table import score_text
from production.agents.rules.finding import Finding

if TYPE_CHECKING:
    from contracts.score.metric.port import Metric
    from production.agents.rules.evidence import GateEvidence

#: With fewer earlier refreshes nobody knows how much the champion's score varies.
LEAST = 8
#: The deviation counts as at least this share of the mean: a product that hardly varies is not
#: alarmed by the last digits.
FLOOR = 0.01


class HoldoutInDoubt:
    """The champion's score where the holdout is easiest is not far worse than it has been.

    One refresh is held back: where the next one finds the same, that is how the world is now. Until
    then a person may promote what was held back.

    Args:
        metric: The metric that the champion is scored by.
        deviations: How many standard deviations worse than its mean is far.
    """

    needs_outcomes: ClassVar[bool] = True

    def __init__(self, metric: Metric, deviations: float) -> None:
        self._metric, self._deviations = metric, deviations

    def find(self, evidence: GateEvidence) -> Finding:
        """Return whether the holdout's outcomes are in doubt."""
        score, past = evidence.measures.get("easiest"), evidence.record.easiest
        if score is None or len(past) < LEAST:
            why = f"fewer than {LEAST} refreshes on record to compare"
            return Finding(rule="alarm", verdict="passed", why=why)
        mean = float(np.mean(past))
        deviation = max(float(np.std(past, ddof=1)), FLOOR * abs(mean))
        # From here on above 0 is worse, whichever way the metric goes.
        worse = (score - mean) / deviation * (1 if self._metric.direction == "lower" else -1)
        far, again = worse > self._deviations, evidence.record.alarmed
        usually = f"{score_text(mean, score)} ± {score_text(deviation, mean, score)}"
        why = (
            f"the champion's {self._metric.name} where the holdout is easiest is "
            f"{score_text(score, mean)}, usually {usually}"
        )
        return Finding(
            rule="alarm",
            verdict="alarmed" if far and not again else "passed",
            why=f"{why}: {_words(worse, again=again)}" if far else why,
            figures={"easiest": score, "mean": mean, "deviation": deviation, "worse": worse},
        )


def _words(worse: float, *, again: bool) -> str:
    """Return what a score that is far worse means: the second time in a row, that it is so."""
    meaning = "as at the last refresh" if again else "so its outcomes are in doubt"
    return f"{worse:.1f} deviations worse, {meaning}"
