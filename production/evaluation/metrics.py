"""The metrics of a contract over some rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from contracts.score.metric.registry import metric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.ports import Floats


def score(names: Iterable[str], truth: Floats, predicted: Floats) -> dict[str, float]:
    """Return each metric that the rows define: an area needs both classes.

    Args:
        names: Names of metrics.
        truth: Outcomes as numbers, (n,).
        predicted: Predictions, (n, k).
    """
    if not len(truth):
        return {}
    values = {name: metric(name).value(truth, predicted) for name in names}
    return {name: value for name, value in values.items() if not math.isnan(value)}
