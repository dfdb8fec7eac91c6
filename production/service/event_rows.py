"""Events as the queue holds them, and how many of them become records of the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from production.feedback.batch import Events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.feedback.events import EventLog

LOG = logging.getLogger("liaison.service")
#: id, key, time, release, generation, manifest, propensity, prediction, features; a shadow's
#: propensity is 0.
PROPENSITY = 6
EventRow = tuple[str, str, int, str, int, int, float, tuple[float, ...], str | None]


def record_events(log: EventLog, product: str, rows: Sequence[EventRow]) -> None:
    """Record events, those of shadows as such, in the caller's transaction."""
    served = [row for row in rows if row[PROPENSITY]]
    shadowed = [row for row in rows if not row[PROPENSITY]]
    for part, shadow in ((served, False), (shadowed, True)):
        if part:
            _record(log, product, part, shadow=shadow)


def _record(log: EventLog, product: str, rows: Sequence[EventRow], *, shadow: bool) -> None:
    ids, keys, times, releases, numbers, manifests, shares, predictions, features = zip(
        *rows, strict=True
    )
    receipt = log.record(
        product,
        Events(
            id=ids,
            key=keys,
            time=np.array(times, np.int64),
            release=releases,
            generation=np.array(numbers, np.int64),
            manifest=np.array(manifests, np.int64),
            propensity=np.array(shares, np.float64),
            prediction=np.array(predictions, np.float64),
            features=features,
            shadow=shadow,
        ),
        joins=False,
    )
    for line in receipt.rejections:
        LOG.error("an event was not logged: %s", line)
