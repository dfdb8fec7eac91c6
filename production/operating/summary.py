"""What happened to a product while its history was played, in words."""

from __future__ import annotations

from collections import Counter
from math import nan
from typing import TYPE_CHECKING

from contracts.report.table import score_text
from production.evaluation import ScoredWindows
from production.registry.evaluations import Evaluations
from production.registry.manifests import Manifests
from production.registry.trainings import Trainings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.database.database import Database
    from production.metrics import ScoredWindow


def summary_lines(product: str, database: Database, *, served: int, refused: int) -> Iterator[str]:
    """Yield what was served, what was trained, and how good the predictions were.

    Args:
        product: The product.
        database: Its live database.
        served: How many requests were answered.
        refused: How many were refused.
    """
    yield f"{product}: {served:,} requests served, {refused:,} refused"
    trainings = Trainings(database).all(product)
    verdicts = Counter(each.verdict for each in trainings)
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    manifests = len(Manifests(database).all(product))
    yield f"{len(trainings):,} trainings: {counts}; {manifests:,} manifests"
    windows = ScoredWindows(product=product, evaluations=Evaluations(database)).all()
    if windows:
        yield _scores(windows)


def _scores(windows: Sequence[ScoredWindow]) -> str:
    """Return the means of the windows' scores, each by its number of outcomes."""
    rows = sum(each.rows for each in windows)
    parts = []
    for name in windows[-1].served:
        served = _mean([(each.rows, each.served.get(name)) for each in windows])
        naive = _mean([(each.rows, each.baseline.get(name)) for each in windows])
        parts.append(f"{name} {score_text(served, naive)} (naive {score_text(naive, served)})")
    scores = ", ".join(parts)
    return f"{scores} over {rows:,} outcomes in {len(windows):,} windows"


def _mean(weighted: Sequence[tuple[int, float | None]]) -> float:
    """Return the weighted mean of the values that there are; of none, not a number."""
    known = [(rows, value) for rows, value in weighted if rows and value is not None]
    rows = sum(rows for rows, _ in known)
    return sum(rows * value for rows, value in known) / rows if rows else nan
