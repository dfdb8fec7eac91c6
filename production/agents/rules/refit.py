"""The refit: what passed, fitted again to all that is known, is held to the model that was judged.

Nobody can judge the refit on outcomes that it was not trained on. So it serves where it is close to
the challenger that was judged and no worse than it on the holdout, which it has seen: a sound one
is better there, a broken one is not.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from contracts.report.table import score_text
from contracts.score.metric.port import improvement
from production.agents.rules.evidence import centred_distance, distance
from production.agents.rules.finding import Finding
from production.agents.rules.step import usual_step

if TYPE_CHECKING:
    from contracts.ports import Floats
    from contracts.score.metric.port import Metric
    from production.agents.track_record import TrackRecord


class CloseRefit:
    """The refit is no worse than the challenger on the holdout, and within a few usual steps of it.

    Args:
        metric: The metric that they are compared by.
        times: How many times the usual step it may be away; none: any.
    """

    def __init__(self, metric: Metric, *, times: float | None) -> None:
        self._metric, self._times = metric, times

    def find(
        self,
        *,
        truth: Floats,
        challenger: Floats,
        refit: Floats,
        record: TrackRecord,
        news: float | None = None,
    ) -> Finding:
        """Return whether the refit serves, judged by predictions for the holdout's n rows.

        Args:
            truth: The outcomes as numbers, (n,).
            challenger: The challenger's predictions, (n, k).
            refit: The refit's predictions, (n, k).
            record: What earlier refreshes came to.
            news: How many rows the refit learned besides, if it was resumed from the challenger.
        """
        score, other = (self._metric.value(truth, each) for each in (refit, challenger))
        usual = usual_step(record, news)
        moved = (distance if news is None else centred_distance)(refit, challenger)
        worse = improvement(self._metric, score, other) < 0 and not math.isnan(other)
        far = usual is not None and self._times is not None and moved > self._times * usual
        scores = f"{score_text(score, other)}, the challenger's {score_text(other, score)}"
        words = [f"{self._metric.name} {scores}"]
        steps = "" if usual is None else f", {moved / usual:.2f} usual steps"
        words.append(f"{moved:.3g} away{steps}")
        if worse or far:
            words.append("so the challenger serves")
        figures = {"score": score, "challenger": other, "moved": moved}
        return Finding(
            rule="refit",
            verdict="failed" if worse or far else "passed",
            why="; ".join(words),
            figures=figures if usual is None else figures | {"usual": usual},
        )
